package dev.whisker.trainer.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Forward and backward pass of one recurrent layer over a batch of sequences, in 32-bit floats.
 *
 * <pre>
 *   forward    z  = x wᵀ            all steps at once, rows shared out to the cores
 *              zₜ += hₜ₋₁ rᵀ         step by step, each core with sequences of its own
 *              hₜ                   what a {@link RecurrentPart} makes of zₜ
 *   backward   dzₜ, dhₜ₋₁ = dzₜ r    step by step, each core with sequences of its own
 *              dx = dz w            all steps at once
 *              dw = dzᵀ x, dr = dzᵀ h, db    all steps at once, in sums over some of the rows
 * </pre>
 *
 * <p>Matrices that are multiplied lie outside the heap, {@code [steps][batch][…]}, and what the
 * loops between the products read lies on it. All of it is kept from call to call and grows with
 * the largest. The results do not depend on the number of cores ({@link Cores}). Not thread-safe.
 */
final class RecurrentKernel {
  private final Cores cores;
  private final int gates;
  private final RecurrentPart.Kind kind;
  private int batch;
  private int steps;
  private int inputs;
  private int units;
  private boolean kept;
  private float[] mask;

  /** {@code [steps][batch][gates × units]}: first the gates' sums z, then their errors dz. */
  private Matrix z = new Matrix(0);

  /** {@code [steps + 1][batch][units]}: the outputs, those before the first step first. */
  private Matrix h = new Matrix(0);

  /** {@code [rows]} of 1, which sum up columns. */
  private Matrix ones = new Matrix(0);

  /**
   * {@code [chunks][gates × units][inputs or units]}: sums of weights' errors over some of the
   * rows.
   */
  private Matrix partial = new Matrix(0);

  private RecurrentPart[] parts = {};

  private RecurrentKernel(Cores cores, int gates, RecurrentPart.Kind kind) {
    this.cores = cores;
    this.gates = gates;
    this.kind = kind;
  }

  /** Of an LSTM layer without peepholes. */
  static RecurrentKernel lstm(Cores cores) {
    return new RecurrentKernel(cores, LstmPart.GATES, LstmPart::new);
  }

  /** Of a plain recurrent layer. */
  static RecurrentKernel simple(Cores cores) {
    return new RecurrentKernel(cores, 1, SimplePart::new);
  }

  /**
   * Computes the outputs of every step.
   *
   * @param shape of what comes in
   * @param x {@code [steps][batch][inputs]}
   * @param weights of the layer
   * @param firstOutputs {@code [batch][units]}: the state before the first step
   * @param firstCells {@code [batch][units]}: the same; null where there are none
   * @param stepMask {@code [batch][steps]}: what outputs and cells are multiplied by; null: nothing
   * @param keep whether a backward pass will follow
   */
  void forward(
      Shape shape,
      FloatPointer x,
      Weights weights,
      float[] firstOutputs,
      float[] firstCells,
      float[] stepMask,
      boolean keep) {
    prepare(shape, stepMask, keep);
    int width = gates * units;
    float[] bias = new float[width];
    weights.bias().get(0, bias, 0, width);
    h.buffer.put(0, firstOutputs, 0, batch * units);
    int all = steps * batch;
    int cuts = bulkParts(all);
    cores.run(
        cuts,
        cut -> {
          int from = Cores.begin(cut, cuts, all);
          int count = Cores.begin(cut + 1, cuts, all) - from;
          Blas.timesTransposed(
              count,
              width,
              inputs,
              at(x, (long) from * inputs),
              weights.input(),
              0,
              z.at((long) from * width));
        });
    cores.run(
        parts.length,
        part -> {
          parts[part].setBias(bias);
          parts[part].begin(firstCells);
          forward(parts[part], weights.recurrent());
        });
  }

  private void forward(RecurrentPart part, FloatPointer recurrent) {
    int width = gates * units;
    for (int t = 0; t < steps; t++) {
      int row = t * batch + part.from;
      Blas.timesTransposed(
          part.count,
          width,
          units,
          part.h.position((long) row * units),
          recurrent,
          1,
          part.z.position((long) row * width));
      z.buffer.get(row * width, part.sums, 0, gates * part.values);
      part.step(kept ? t : 0, mask, t, steps);
      h.buffer.put((row + batch) * units, part.outputs, 0, part.values);
    }
  }

  /** Copies the outputs, {@code [steps][batch][units]}. */
  void outputs(FloatPointer target) {
    int count = steps * batch * units;
    Pointer.memcpy(target, h.at((long) batch * units), (long) count * Float.BYTES);
  }

  /** The outputs of the last step, {@code [batch][units]}. */
  float[] lastOutputs() {
    float[] last = new float[batch * units];
    h.buffer.get(steps * batch * units, last, 0, last.length);
    return last;
  }

  /** The cells of an LSTM layer after the last step, {@code [batch][units]}. */
  float[] lastCells() {
    float[] last = new float[batch * units];
    for (RecurrentPart part : parts) {
      ((LstmPart) part).copyLastCells(last);
    }
    return last;
  }

  /** Whether the state before the first step was this one. */
  boolean beganWith(float[] firstOutputs, float[] firstCells) {
    float[] outputs = new float[batch * units];
    h.buffer.get(0, outputs, 0, outputs.length);
    boolean same = Arrays.equals(outputs, firstOutputs);
    for (RecurrentPart part : parts) {
      same &= !(part instanceof LstmPart lstm) || lstm.beganWith(firstCells);
    }
    return same;
  }

  /**
   * Computes the errors of what the latest forward pass took, which must have kept what it takes.
   *
   * @param x as in the forward pass
   * @param weights as in the forward pass
   * @param errors {@code [steps][batch][units]}: of the outputs
   * @param firstStep errors go back to this step and not further
   * @param gradients receives the weights' errors
   * @param dx receives {@code [steps][batch][inputs]}, untouched before the first step; null:
   *     nobody wants to know
   */
  void backward(
      FloatPointer x,
      Weights weights,
      FloatBuffer errors,
      int firstStep,
      Weights gradients,
      FloatPointer dx) {
    if (!kept) {
      throw new IllegalStateException("The forward pass has kept nothing for a backward pass");
    }
    cores.run(parts.length, part -> backward(parts[part], weights.recurrent(), errors, firstStep));
    int width = gates * units;
    int skipped = firstStep * batch;
    int all = (steps - firstStep) * batch;
    int cuts = bulkParts(all);
    int inputErrors = width * inputs;
    int recurrentErrors = width * units;
    partial = partial.atLeast(Math.multiplyExact(cuts, inputErrors + recurrentErrors + width));
    cores.run(
        cuts,
        cut -> {
          int begin = Cores.begin(cut, cuts, all);
          int count = Cores.begin(cut + 1, cuts, all) - begin;
          long from = (long) skipped + begin;
          FloatPointer dz = z.at(from * width);
          if (dx != null) {
            Blas.times(count, inputs, width, dz, weights.input(), at(dx, from * inputs));
          }
          FloatPointer dw = partial.at((long) cut * inputErrors);
          Blas.transposedTimes(width, inputs, count, dz, at(x, from * inputs), 0, dw);
          FloatPointer dr = partial.at((long) cuts * inputErrors + (long) cut * recurrentErrors);
          Blas.transposedTimes(width, units, count, dz, h.at(from * units), 0, dr);
          FloatPointer db =
              partial.at((long) cuts * (inputErrors + recurrentErrors) + (long) cut * width);
          Blas.transposedTimesVector(width, count, dz, ones.pointer, db);
        });
    sum(cuts, inputErrors, partial.pointer, gradients.input());
    sum(cuts, recurrentErrors, partial.at((long) cuts * inputErrors), gradients.recurrent());
    sum(
        cuts,
        width,
        partial.at((long) cuts * (inputErrors + recurrentErrors)),
        gradients.biasPointer());
  }

  /** The sum of some rows. */
  private void sum(int count, int length, FloatPointer rows, FloatPointer sum) {
    Blas.transposedTimesVector(length, count, rows, ones.pointer, sum);
  }

  private void backward(
      RecurrentPart part, FloatPointer recurrent, FloatBuffer errors, int firstStep) {
    int width = gates * units;
    int values = part.values;
    part.beginBackward();
    for (int t = steps - 1; t >= firstStep; t--) {
      int row = t * batch + part.from;
      errors.get(row * units, part.outputs, 0, values);
      if (t < steps - 1) {
        Blas.times(
            part.count,
            units,
            width,
            part.z.position((long) (row + batch) * width),
            recurrent,
            part.dh.pointer);
        part.dh.buffer.get(0, part.sums, 0, values);
        Elements.add(part.outputs, part.sums, values);
      }
      part.stepBack(t, mask, steps);
      part.putTogether();
      z.buffer.put(row * width, part.sums, 0, gates * values);
    }
  }

  /** How much memory is kept, in bytes. */
  long bytes() {
    long floats = (long) z.length + h.length + ones.length + partial.length;
    for (RecurrentPart part : parts) {
      floats += part.kept();
    }
    return floats * Float.BYTES;
  }

  private void prepare(Shape shape, float[] stepMask, boolean keep) {
    boolean sameParts = batch == shape.batch() && units == shape.units();
    batch = shape.batch();
    steps = shape.steps();
    inputs = shape.inputs();
    units = shape.units();
    mask = stepMask;
    kept = keep;
    int states = Math.multiplyExact(batch, units);
    int sums = Math.multiplyExact(Math.multiplyExact(steps, gates), states);
    Matrix oldZ = z;
    Matrix oldH = h;
    z = z.atLeast(sums);
    h = h.atLeast((steps + 1) * states);
    int rows = Math.max(steps * batch, Cores.MOST_PARTS);
    if (ones.length < rows) {
      ones = ones.atLeast(rows);
      float[] values = new float[rows];
      Arrays.fill(values, 1);
      ones.buffer.put(0, values);
    }
    if (!sameParts || z != oldZ || h != oldH) {
      int count = sequenceParts(batch);
      parts = new RecurrentPart[count];
      for (int i = 0; i < count; i++) {
        int from = Cores.begin(i, count, batch);
        int end = Cores.begin(i + 1, count, batch);
        parts[i] = kind.part(new RecurrentPart.Place(from, end - from, units, gates, z, h));
      }
    }
    for (RecurrentPart part : parts) {
      part.makeRoom(keep ? steps : 1);
    }
  }

  /** Sequences that are computed together: fewer make their products slow. */
  private static int sequenceParts(int batch) {
    return batch < 8 ? 1 : Math.max(2, batch / 32);
  }

  /** Rows of a large product that are computed together. */
  private static int bulkParts(int rows) {
    return Math.max(1, Math.min(Cores.MOST_PARTS, rows / 256));
  }

  /** A view that stands at one of a pointer's elements. */
  private static FloatPointer at(FloatPointer pointer, long element) {
    return pointer.getPointer(element);
  }

  /**
   * What goes through a layer.
   *
   * @param batch sequences
   * @param steps of each
   * @param inputs values a step
   * @param units of the layer
   */
  record Shape(int batch, int steps, int inputs, int units) {}

  /**
   * A layer's weights, or their gradients, as deeplearning4j keeps them (which is column-major):
   * gates in the order block input, forget, output, input.
   *
   * @param input {@code [gates × units][inputs]}
   * @param recurrent {@code [gates × units][units]}
   * @param biasPointer {@code [gates × units]}
   */
  record Weights(FloatPointer input, FloatPointer recurrent, FloatPointer biasPointer) {
    FloatBuffer bias() {
      return biasPointer.asBuffer();
    }
  }
}
