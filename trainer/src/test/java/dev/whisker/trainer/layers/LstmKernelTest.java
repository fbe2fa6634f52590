package dev.whisker.trainer.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.trainer.layers.RecurrentKernel.Shape;
import dev.whisker.trainer.layers.RecurrentKernel.Weights;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/**
 * The kernel against the textbook's formulas in double precision, and their numerical derivative.
 */
class LstmKernelTest {
  private static final Shape SHAPE = new Shape(5, 7, 3, 4);
  private static final int GATES = 4 * SHAPE.units();

  private final Random random = new Random(11);
  private final double[] x = draw(SHAPE.steps() * SHAPE.batch() * SHAPE.inputs());
  private final double[] w = draw(GATES * SHAPE.inputs());
  private final double[] r = draw(GATES * SHAPE.units());
  private final double[] b = draw(GATES);
  private final double[] h0 = draw(SHAPE.batch() * SHAPE.units());
  private final double[] c0 = draw(SHAPE.batch() * SHAPE.units());

  /** What the loss weighs every output with: its derivative by that output. */
  private final double[] weight = draw(SHAPE.steps() * SHAPE.batch() * SHAPE.units());

  private double[] draw(int count) {
    return random.doubles(count, -1, 1).toArray();
  }

  @Test
  void outputsAreTheTextbooks() {
    FloatPointer outputs = new FloatPointer(weight.length);
    forward().outputs(outputs);
    double[] expected = outputs();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) outputs.get(i)).isCloseTo(expected[i], within(2e-6));
    }
  }

  @Test
  void errorsAreTheNumericalDerivative() {
    FloatPointer dw = new FloatPointer(w.length);
    FloatPointer dr = new FloatPointer(r.length);
    FloatPointer db = new FloatPointer(b.length);
    FloatPointer dx = new FloatPointer(x.length);
    forward()
        .backward(floats(x), weights(), floats(weight).asBuffer(), 0, new Weights(dw, dr, db), dx);
    assertDerivative(w, dw);
    assertDerivative(r, dr);
    assertDerivative(b, db);
    assertDerivative(x, dx);
  }

  private RecurrentKernel forward() {
    RecurrentKernel kernel = RecurrentKernel.lstm(new Cores(2));
    kernel.forward(SHAPE, floats(x), weights(), heap(h0), heap(c0), null, true);
    return kernel;
  }

  private Weights weights() {
    return new Weights(floats(w), floats(r), floats(b));
  }

  private void assertDerivative(double[] variable, FloatPointer actual) {
    double step = 1e-5;
    for (int i = 0; i < variable.length; i++) {
      double value = variable[i];
      variable[i] = value + step;
      double above = loss();
      variable[i] = value - step;
      double below = loss();
      variable[i] = value;
      double expected = (above - below) / (2 * step);
      assertThat((double) actual.get(i))
          .isCloseTo(expected, within(1e-4 * (1 + Math.abs(expected))));
    }
  }

  private double loss() {
    double[] outputs = outputs();
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      loss += weight[i] * outputs[i];
    }
    return loss;
  }

  /** {@code [steps][batch][units]}, one number after the other. */
  private double[] outputs() {
    int units = SHAPE.units();
    double[] outputs = new double[weight.length];
    for (int n = 0; n < SHAPE.batch(); n++) {
      double[] h = java.util.Arrays.copyOfRange(h0, n * units, (n + 1) * units);
      double[] c = java.util.Arrays.copyOfRange(c0, n * units, (n + 1) * units);
      for (int t = 0; t < SHAPE.steps(); t++) {
        double[] z = new double[GATES];
        for (int j = 0; j < GATES; j++) {
          z[j] = b[j];
          for (int i = 0; i < SHAPE.inputs(); i++) {
            z[j] += w[j * SHAPE.inputs() + i] * x[(t * SHAPE.batch() + n) * SHAPE.inputs() + i];
          }
          for (int i = 0; i < units; i++) {
            z[j] += r[j * units + i] * h[i];
          }
        }
        for (int j = 0; j < units; j++) {
          double forget = logistic(z[units + j]);
          double output = logistic(z[2 * units + j]);
          double input = logistic(z[3 * units + j]);
          c[j] = forget * c[j] + input * Math.tanh(z[j]);
          h[j] = output * Math.tanh(c[j]);
          outputs[(t * SHAPE.batch() + n) * units + j] = h[j];
        }
      }
    }
    return outputs;
  }

  private static double logistic(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  private static float[] heap(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static FloatPointer floats(double[] values) {
    return new FloatPointer(heap(values));
  }
}
