package dev.whisker.classifier.window;

/**
 * How a device's samples become windows.
 *
 * <pre>
 *   samples   o  o o   o  o  o     o  o  o  o      jittered, one missing
 *   grid      |--|--|--|--|--|--|--|--|--|--|      one point a period
 *   windows   [--length----]
 *                   [--length----]
 *                   ^ hop later    [--length----]
 * </pre>
 *
 * @param periodMicros microseconds between two grid points; may have a fraction
 * @param length grid points in a window
 * @param hop grid points from one window's start to the next one's, 1 to length
 * @param maxGapPeriods a longer silence, in periods, makes the window start over
 * @param graceMicros how much earlier than the latest sample another one may be and still be sorted
 *     in; every sample is held back for as long
 * @param truthShare the share of a window's samples that must carry the same label for that label
 *     to be its truth, above 0.5
 * @param shortest grid points that are enough for a window if their stretch ends before it is full,
 *     by a gap or because the device falls silent: the rest of the window is padding. 1 to the
 *     length; the length, which null stands for: nothing is padded
 */
public record WindowSpec(
    double periodMicros,
    int length,
    int hop,
    double maxGapPeriods,
    long graceMicros,
    double truthShare,
    Integer shortest) {

  /** The usual longest gap, in periods. */
  public static final double DEFAULT_MAX_GAP_PERIODS = 5;

  /** The usual share of samples that must agree on a window's truth. */
  public static final double DEFAULT_TRUTH_SHARE = 0.8;

  /** A window of more samples is a mistake: its batches would not fit into memory. */
  public static final int MOST_SAMPLES = 1 << 21;

  /** After a longer gap nothing sensible can be interpolated, and filling it costs its points. */
  private static final double MOST_GAP_PERIODS = 1_000_000;

  /** What the grace holds back is part of a device's state, which every reading writes anew. */
  private static final int MOST_GRACE_PERIODS = 1_000;

  /** Checks every value. */
  public WindowSpec {
    require(periodMicros >= 1 && periodMicros < 1e15, "period", periodMicros, "1 µs or more");
    require(
        length >= 1 && length <= MOST_SAMPLES,
        "length",
        length,
        "1 to " + MOST_SAMPLES + " samples");
    require(hop >= 1 && hop <= length, "hop", hop, "1 to the length, which is " + length);
    require(
        maxGapPeriods >= 1 && maxGapPeriods <= MOST_GAP_PERIODS,
        "maxGap",
        maxGapPeriods,
        "1 to 1000000 periods");
    require(
        graceMicros >= 0 && graceMicros <= MOST_GRACE_PERIODS * periodMicros,
        "grace",
        graceMicros,
        "0 µs to " + MOST_GRACE_PERIODS + " periods");
    require(truthShare > 0.5 && truthShare <= 1, "truthShare", truthShare, "above 0.5, at most 1");
    // Bundles from before there was padding do not name it.
    shortest = shortest == null ? length : shortest;
    require(
        shortest >= 1 && shortest <= length,
        "shortest stretch",
        shortest,
        "1 to the length, which is " + length);
  }

  /** Windows that are never padded. */
  public WindowSpec(
      double periodMicros,
      int length,
      int hop,
      double maxGapPeriods,
      long graceMicros,
      double truthShare) {
    this(periodMicros, length, hop, maxGapPeriods, graceMicros, truthShare, length);
  }

  /** Windows of the given shape with the usual gap, grace and truth. */
  public static WindowSpec of(double periodMicros, int length, int hop) {
    return new WindowSpec(
        periodMicros, length, hop, DEFAULT_MAX_GAP_PERIODS, 0, DEFAULT_TRUTH_SHARE);
  }

  /** Whether stretches that are shorter than a window are padded to one. */
  public boolean pads() {
    return shortest < length;
  }

  /** Whether a stretch of so many grid points, now that it has ended, is one padded window. */
  public boolean isPadded(long points) {
    return points >= shortest && points < length;
  }

  /** Whether a window ends with the given grid point, counted from 0 where the window began. */
  public boolean isDue(long point) {
    long start = point - (length - 1);
    return start >= 0 && start % hop == 0;
  }

  /** The first grid point of the earliest window that has not ended before {@code next} points. */
  public long earliestNeeded(long next) {
    // The earliest window start s = k·hop with s + length > next.
    return Math.max(0, Math.floorDiv(next - length, hop) + 1) * hop;
  }

  /** The time of a grid point, in microseconds, given the time of point 0. */
  public long timeMicros(long beginMicros, long point) {
    return beginMicros + Math.round(point * periodMicros);
  }

  private static void require(boolean holds, String name, Object actual, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "A window's " + name + " is " + actual + "; expected " + expected);
    }
  }
}
