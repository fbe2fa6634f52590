package dev.whisker.classifier.smoothing;

/**
 * How a device's consecutive labels become its stable label: a label becomes stable once {@code k}
 * of the last {@code n} windows had it. {@code k = n = 1} is no smoothing.
 *
 * @param k how many windows must agree, more than half of n
 * @param n of how many consecutive windows, 1 to 64
 */
public record Smoothing(int k, int n) {
  /** Two of the last three windows. */
  public static final Smoothing DEFAULT = new Smoothing(2, 3);

  /** Checks both values. */
  public Smoothing {
    if (n < 1 || n > 64 || k > n || 2 * k <= n) {
      throw new IllegalArgumentException(
          "Smoothing by "
              + k
              + " of "
              + n
              + " windows; expected n from 1 to 64 and k above n/2, at most n");
    }
  }
}
