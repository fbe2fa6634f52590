package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import java.time.Duration;

/**
 * How fast a process turns a backlog of readings into predictions, seen from outside:
 *
 * <pre>
 *   time         start ... first prediction ......... warm-up over ========= end
 *                                  the JVM compiles                measured
 * </pre>
 *
 * <p>A backlog that is soon done is measured from its middle on, even if the warm-up is not over,
 * and up to 95 %: at its end, partitions run dry.
 *
 * @param windowsPerSecond predictions a second in the measured part
 * @param cpuMicros the processor time of the process for each of them, in microseconds
 * @param memoryMb the memory of the process at the end; null where nobody knows
 * @param windows how many predictions were measured
 * @param warmSeconds from the first prediction to the measured part
 * @param stolen the share of the processors' time that the host gave to others in the measured
 *     part; null where nobody knows
 */
record Throughput(
    double windowsPerSecond,
    double cpuMicros,
    Double memoryMb,
    long windows,
    double warmSeconds,
    Double stolen) {
  private static final double HALF = 0.5;
  private static final double LAST = 0.95;
  private static final Duration LOOK = Duration.ofMillis(50);

  /** A hundred thousand devices have sent most of their readings before the first window is due. */
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  /**
   * What was seen at one moment.
   *
   * @param offsets the sum of the end offsets
   * @param cpuNanos of the process
   * @param host null: unknown
   */
  record Moment(long nanos, long offsets, long cpuNanos, HostTime host) {}

  /**
   * Measures.
   *
   * @param topic of the predictions, empty at first
   * @param expected how many windows the backlog makes
   * @param warmUp from the first prediction on
   * @param longest after that
   * @throws CommandFailure if there is nothing to measure, or the process ends
   */
  static Throughput measure(
      BenchCluster cluster,
      ChildProcess process,
      String topic,
      long expected,
      Duration warmUp,
      Duration longest,
      StopSignal stop)
      throws InterruptedException {
    long start = System.nanoTime();
    Watch watch = new Watch(expected, warmUp, longest);
    while (true) {
      process.requireAlive();
      Moment now =
          new Moment(System.nanoTime(), cluster.end(topic), process.cpuNanos(), HostTime.now());
      if (watch.isDone(now)) {
        break;
      }
      if (now.offsets() == 0 && now.nanos() - start > LONGEST_START.toNanos()) {
        throw process.failure(
            "has published no prediction within " + LONGEST_START.toSeconds() + " s");
      }
      if (stop.await(LOOK)) {
        throw ChildProcess.stopped();
      }
    }
    Double memoryMb = process.residentMb();
    process.close();
    double share = (double) cluster.records(topic) / cluster.end(topic);
    return watch.throughput(share, memoryMb);
  }

  /** Finds the measured part among moments. */
  static final class Watch {
    private final long expected;
    private final Duration warmUp;
    private final Duration longest;
    private Moment first;
    private Moment warm;
    private Moment last;

    /** See {@link Throughput#measure}. */
    Watch(long expected, Duration warmUp, Duration longest) {
      this.expected = expected;
      this.warmUp = warmUp;
      this.longest = longest;
    }

    /** Takes the next moment; whether it is the last one. */
    boolean isDone(Moment now) {
      if (now.offsets() == 0) {
        return false;
      }
      first = first == null ? now : first;
      last = now;
      if (warm == null) {
        boolean isWarm = now.nanos() - first.nanos() >= warmUp.toNanos();
        warm = isWarm || now.offsets() >= HALF * expected ? now : null;
      }
      return warm != null
          && (now.offsets() >= LAST * expected || now.nanos() - warm.nanos() >= longest.toNanos());
    }

    /**
     * What was measured.
     *
     * @param share of the offsets that are predictions: every transaction leaves a mark in each
     *     partition
     * @throws CommandFailure if nothing came in the measured part
     */
    Throughput throughput(double share, Double memoryMb) {
      if (last.offsets() == warm.offsets()) {
        throw new CommandFailure(
            "Of "
                + expected
                + " predictions, "
                + last.offsets()
                + " came before the benchmark began to measure, and none after it. Let it run longer,"
                + " with --seconds");
      }
      double windows = share * (last.offsets() - warm.offsets());
      return new Throughput(
          windows * 1e9 / (last.nanos() - warm.nanos()),
          (last.cpuNanos() - warm.cpuNanos()) / 1e3 / windows,
          memoryMb,
          Math.round(windows),
          (warm.nanos() - first.nanos()) / 1e9,
          HostTime.stolen(warm.host(), last.host()));
    }
  }
}
