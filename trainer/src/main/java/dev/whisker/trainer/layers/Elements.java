package dev.whisker.trainer.layers;

/** Arithmetic element by element, in loops that the JIT compiler vectorizes; see {@link Gates}. */
final class Elements {
  /** Makes x / (x + this) 0 for 0 and 1 for all else, but for what rounds to 0 anyway. */
  private static final float NEXT_TO_NOTHING = 1e-37f;

  private Elements() {}

  /** {@code sum += a}. */
  static void add(float[] sum, float[] a, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += a[i];
    }
  }

  /** {@code sum += (a - b)²}. */
  static void addSquares(float[] sum, float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += (a[i] - b[i]) * (a[i] - b[i]);
    }
  }

  /** {@code sum += (a - b) c}. */
  static void addProducts(float[] sum, float[] a, float[] b, float[] c, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += (a[i] - b[i]) * c[i];
    }
  }

  /** {@code a = a scale + shift}. */
  static void scale(float[] a, float[] scale, float[] shift, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = a[i] * scale[i] + shift[i];
    }
  }

  /** {@code a = a scale + b otherScale + shift}. */
  static void combine(
      float[] a, float[] scale, float[] b, float[] otherScale, float[] shift, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = a[i] * scale[i] + b[i] * otherScale[i] + shift[i];
    }
  }

  /** {@code a = a - b}. */
  static void subtract(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] -= b[i];
    }
  }

  /** {@code a = max(a, b)}. */
  static void max(float[] a, float[] b, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
  }

  /** {@code a = max(a, 0)}, by arithmetic: a branch would be guessed wrong every other time. */
  static void rectify(float[] a, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = 0.5f * (a[i] + Math.abs(a[i]));
    }
  }

  /** {@code error = 0} where {@code a} is not positive. */
  static void rectifiedErrors(float[] a, float[] error, int count) {
    for (int i = 0; i < count; i++) {
      error[i] *= (a[i] + Math.abs(a[i])) / (2 * Math.abs(a[i]) + NEXT_TO_NOTHING);
    }
  }

  /** {@code a = error} where {@code a = most}, 0 where it is less; it is never more. */
  static void giveWhereEqual(float[] a, float[] most, float[] error, int count) {
    for (int i = 0; i < count; i++) {
      a[i] = error[i] - error[i] * ((most[i] - a[i]) / (most[i] - a[i] + NEXT_TO_NOTHING));
    }
  }
}
