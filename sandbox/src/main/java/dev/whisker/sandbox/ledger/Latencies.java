package dev.whisker.sandbox.ledger;

/**
 * Counts latencies in steps of 0.1 ms up to a minute, and all longer ones as a minute. Its size is
 * fixed. Not thread-safe.
 */
final class Latencies {
  private static final double STEPS_A_MILLI = 10;
  private static final int STEPS = 600_000;

  private final int[] counts = new int[STEPS + 1];
  private long total;

  void add(long nanos) {
    long step = (long) (nanos * STEPS_A_MILLI / 1e6);
    counts[(int) Math.min(STEPS, Math.max(0, step))]++;
    total++;
  }

  /**
   * The latency that the given share of all latencies does not exceed, in milliseconds rounded up
   * to the step; 0 if there are none.
   */
  double quantileMillis(double share) {
    long rank = (long) Math.ceil(share * total);
    long seen = 0;
    for (int step = 0; step < counts.length && total > 0; step++) {
      seen += counts[step];
      if (seen >= Math.max(1, rank)) {
        return (step + 1) / STEPS_A_MILLI;
      }
    }
    return 0;
  }
}
