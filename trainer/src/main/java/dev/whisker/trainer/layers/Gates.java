package dev.whisker.trainer.layers;

/**
 * The arithmetic between a recurrent layer's products, element by element. Every loop has one index
 * for all arrays, no branch, and writes one array: that is what the JIT compiler turns into vector
 * instructions.
 *
 * <p>The block input is kept as {@code a = tanh(z)}; a gate, the logistic function of z, as {@code
 * y = tanh(z / 2)}: it is {@code (1 + y) / 2}, and its derivative {@code (1 - y²) / 4}. Formulas:
 * F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget: Continual Prediction with LSTM",
 * Neural Computation 12(10):2451-2471, 2000, without peepholes.
 */
final class Gates {
  private Gates() {}

  /** {@code c = forget c + input a}. */
  static void cell(float[] a, float[] forget, float[] input, float[] c, int count) {
    for (int i = 0; i < count; i++) {
      c[i] = (0.5f + 0.5f * forget[i]) * c[i] + (0.5f + 0.5f * input[i]) * a[i];
    }
  }

  /** {@code h = output tanh(c)}. */
  static void output(float[] output, float[] tanhC, float[] h, int count) {
    for (int i = 0; i < count; i++) {
      h[i] = (0.5f + 0.5f * output[i]) * tanhC[i];
    }
  }

  /** {@code dc += dh output (1 - tanh²(c))}. */
  static void cellError(float[] output, float[] tanhC, float[] dh, float[] dc, int count) {
    for (int i = 0; i < count; i++) {
      dc[i] += dh[i] * (0.5f + 0.5f * output[i]) * (1 - tanhC[i] * tanhC[i]);
    }
  }

  /** The error of the block input before its tanh: {@code dc input (1 - a²)}. */
  static void blockInputError(float[] a, float[] input, float[] dc, float[] dz, int count) {
    for (int i = 0; i < count; i++) {
      dz[i] = dc[i] * (0.5f + 0.5f * input[i]) * (1 - a[i] * a[i]);
    }
  }

  /**
   * The error of a gate before its logistic function, of what the gate lets through: the product.
   */
  static void gateError(float[] gate, float[] through, float[] error, float[] dz, int count) {
    for (int i = 0; i < count; i++) {
      dz[i] = error[i] * through[i] * (0.25f - 0.25f * gate[i] * gate[i]);
    }
  }

  /** The error before a tanh of what came out of it: {@code dh (1 - h²)}. */
  static void tanhError(float[] h, float[] dh, float[] dz, int count) {
    for (int i = 0; i < count; i++) {
      dz[i] = dh[i] * (1 - h[i] * h[i]);
    }
  }

  /** What is left of the cell's error a step earlier: {@code dc *= forget}. */
  static void earlier(float[] forget, float[] dc, int count) {
    for (int i = 0; i < count; i++) {
      dc[i] *= 0.5f + 0.5f * forget[i];
    }
  }
}
