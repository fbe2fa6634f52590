package dev.whisker.trainer.layers;

/**
 * The hyperbolic tangent as a rational function, in loops that the JIT compiler turns into vector
 * instructions: a few units in the last place off, at a twentieth of {@link Math#tanh}'s time.
 *
 * <p>{@code x P(x²) / Q(x²)} with degrees 4 and 4, fitted to the least relative error on [-9, 9] by
 * iteratively reweighted least squares in 50 digits (the error is 2.1e-8 before rounding, 3.5e-7 in
 * 32-bit arithmetic). Beyond 9 the tangent is 1 to the last bit of a float. Infinity gives NaN: a
 * network that has come to that has diverged.
 */
final class Tanh {
  private static final float LIMIT = 9f;

  private static final float P0 = 0.999999980037f;
  private static final float P1 = 0.133809883234f;
  private static final float P2 = 3.49553879569e-3f;
  private static final float P3 = 2.06080974629e-5f;
  private static final float P4 = 1.33530216128e-8f;

  private static final float Q1 = 0.467143041777f;
  private static final float Q2 = 0.0258768071635f;
  private static final float Q3 = 3.28554632395e-4f;
  private static final float Q4 = 7.77594282768e-7f;

  private Tanh() {}

  /** {@code y = tanh(x)} for the first {@code count} values. */
  static void of(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      float v = x[i];
      float size = Math.abs(v);
      // v LIMIT / max(LIMIT, |v|): Math.max is compiled to a branch where it is predictable.
      v = v * (2 * LIMIT) / (LIMIT + size + Math.abs(size - LIMIT));
      float u = v * v;
      float p = P0 + u * (P1 + u * (P2 + u * (P3 + u * P4)));
      float q = 1 + u * (Q1 + u * (Q2 + u * (Q3 + u * Q4)));
      y[i] = v * p / q;
    }
  }

  /** {@code y = tanh(scale (y + shift))} for the first {@code count} values. */
  static void ofScaled(float[] y, float[] shift, float scale, int count) {
    for (int i = 0; i < count; i++) {
      float v = scale * (y[i] + shift[i]);
      float size = Math.abs(v);
      v = v * (2 * LIMIT) / (LIMIT + size + Math.abs(size - LIMIT));
      float u = v * v;
      float p = P0 + u * (P1 + u * (P2 + u * (P3 + u * P4)));
      float q = 1 + u * (Q1 + u * (Q2 + u * (Q3 + u * Q4)));
      y[i] = v * p / q;
    }
  }
}
