package dev.whisker.trainer.lstm;

/**
 * The arithmetic between an LSTM's products, on rows of units: loops without a branch that each
 * write one array, so that the JIT compiler turns them into vector instructions.
 *
 * <p>Gates are kept as {@code y}, in deeplearning4j's order of columns: {@code [block input |
 * forget | output | input]}. The block input is {@code a = y = tanh(z)}; a gate is the logistic
 * function of z, {@code (1 + y) / 2} with {@code y = tanh(z / 2)}, whose derivative is {@code (1 -
 * y²) / 4}. Formulas: F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget: Continual
 * Prediction with LSTM", Neural Computation 12(10):2451-2471, 2000, without peepholes.
 *
 * <p>{@code rows} rows of {@code units} in every array but those of the gates, which have {@code 4
 * units} a row.
 */
final class Gates {
  private Gates() {}

  /** {@code c = forget c + input a}, in place. */
  static void cell(float[] y, int yFrom, float[] c, int rows, int units) {
    for (int r = 0; r < rows; r++) {
      int a = yFrom + 4 * r * units;
      int f = a + units;
      int g = a + 3 * units;
      int at = r * units;
      for (int j = 0; j < units; j++) {
        c[at + j] = (0.5f + 0.5f * y[f + j]) * c[at + j] + (0.5f + 0.5f * y[g + j]) * y[a + j];
      }
    }
  }

  /** {@code h = output tanh(c)}. */
  static void output(
      float[] y, int yFrom, float[] tanhC, int tanhCFrom, float[] h, int rows, int units) {
    for (int r = 0; r < rows; r++) {
      int o = yFrom + (4 * r + 2) * units;
      int at = r * units;
      int from = tanhCFrom + at;
      for (int j = 0; j < units; j++) {
        h[at + j] = (0.5f + 0.5f * y[o + j]) * tanhC[from + j];
      }
    }
  }

  /** Multiplies every row by its mask. */
  static void mask(float[] values, float[] mask, int maskFrom, int maskStep, int rows, int units) {
    for (int r = 0; r < rows; r++) {
      float factor = mask[maskFrom + r * maskStep];
      for (int j = r * units; factor != 1 && j < (r + 1) * units; j++) {
        values[j] *= factor;
      }
    }
  }

  /** {@code a += b}. */
  static void add(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] += b[i];
    }
  }

  /** {@code dc += dh output (1 - tanh²(c))}. */
  static void cellError(
      float[] y,
      int yFrom,
      float[] tanhC,
      int tanhCFrom,
      float[] dh,
      float[] dc,
      int rows,
      int units) {
    for (int r = 0; r < rows; r++) {
      int o = yFrom + (4 * r + 2) * units;
      int at = r * units;
      int from = tanhCFrom + at;
      for (int j = 0; j < units; j++) {
        float t = tanhC[from + j];
        dc[at + j] += dh[at + j] * (0.5f + 0.5f * y[o + j]) * (1 - t * t);
      }
    }
  }

  /** The error of the block input before its tanh: {@code dc input (1 - a²)}. */
  static void blockInputError(float[] y, int yFrom, float[] dc, float[] dz, int rows, int units) {
    for (int r = 0; r < rows; r++) {
      int a = yFrom + 4 * r * units;
      int g = a + 3 * units;
      int to = 4 * r * units;
      int at = r * units;
      for (int j = 0; j < units; j++) {
        float t = y[a + j];
        dz[to + j] = dc[at + j] * (0.5f + 0.5f * y[g + j]) * (1 - t * t);
      }
    }
  }

  /** The error of the forget gate before its logistic function: {@code dc c₋₁ forget'}. */
  static void forgetError(
      float[] y,
      int yFrom,
      float[] before,
      int beforeFrom,
      float[] dc,
      float[] dz,
      int rows,
      int units) {
    for (int r = 0; r < rows; r++) {
      int f = yFrom + (4 * r + 1) * units;
      int to = (4 * r + 1) * units;
      int at = r * units;
      int from = beforeFrom + at;
      for (int j = 0; j < units; j++) {
        float t = y[f + j];
        dz[to + j] = dc[at + j] * before[from + j] * (0.25f - 0.25f * t * t);
      }
    }
  }

  /** The error of the output gate before its logistic function: {@code dh tanh(c) output'}. */
  static void outputError(
      float[] y,
      int yFrom,
      float[] tanhC,
      int tanhCFrom,
      float[] dh,
      float[] dz,
      int rows,
      int units) {
    for (int r = 0; r < rows; r++) {
      int o = yFrom + (4 * r + 2) * units;
      int to = (4 * r + 2) * units;
      int at = r * units;
      int from = tanhCFrom + at;
      for (int j = 0; j < units; j++) {
        float t = y[o + j];
        dz[to + j] = dh[at + j] * tanhC[from + j] * (0.25f - 0.25f * t * t);
      }
    }
  }

  /** The error of the input gate before its logistic function: {@code dc a input'}. */
  static void inputError(float[] y, int yFrom, float[] dc, float[] dz, int rows, int units) {
    for (int r = 0; r < rows; r++) {
      int a = yFrom + 4 * r * units;
      int g = a + 3 * units;
      int to = (4 * r + 3) * units;
      int at = r * units;
      for (int j = 0; j < units; j++) {
        float t = y[g + j];
        dz[to + j] = dc[at + j] * y[a + j] * (0.25f - 0.25f * t * t);
      }
    }
  }

  /** What is left of the cell's error a step earlier: {@code dc *= forget}. */
  static void earlier(float[] y, int yFrom, float[] dc, int rows, int units) {
    for (int r = 0; r < rows; r++) {
      int f = yFrom + (4 * r + 1) * units;
      int at = r * units;
      for (int j = 0; j < units; j++) {
        dc[at + j] *= 0.5f + 0.5f * y[f + j];
      }
    }
  }
}
