package dev.whisker.classifier.smoothing;

import java.util.Locale;

/**
 * How a device's consecutive windows become its stable label. Either by vote: a label becomes
 * stable once {@code k} of the last {@code n} windows had it, and {@code k = n = 1} is no
 * smoothing. Or by a {@link Markov} filter over the windows' probabilities.
 *
 * @param k how many windows must agree, more than half of n; without meaning for a Markov filter
 * @param n of how many consecutive windows, 1 to 64
 * @param markov the filter; null: by vote
 */
public record Smoothing(int k, int n, Markov markov) {
  /** Two of the last three windows. */
  public static final Smoothing DEFAULT = new Smoothing(2, 3);

  /** Every window's label is the stable one. */
  public static final Smoothing NONE = new Smoothing(1, 1);

  /** Checks both numbers. */
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

  /** By vote. */
  public Smoothing(int k, int n) {
    this(k, n, null);
  }

  /** By a Markov filter. A Whisker that knows none reads it as no smoothing. */
  public static Smoothing by(Markov markov) {
    return new Smoothing(1, 1, markov);
  }

  /**
   * What the form of smoothing is called where it is chosen: {@code none}, {@code markov}, or such
   * as {@code 2-of-3}.
   */
  public String form() {
    if (markov != null) {
      return "markov";
    }
    return n == 1 ? "none" : String.format(Locale.ROOT, "%d-of-%d", k, n);
  }
}
