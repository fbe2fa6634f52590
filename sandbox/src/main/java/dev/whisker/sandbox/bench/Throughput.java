package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a process turns a backlog of readings into predictions, seen from outside:
 *
 * <pre>
 *   end offsets  0 ......... 25 % =============== 95 % ... all windows
 *                start, JVM warms up   measured       not waited for
 * </pre>
 *
 * <p>Where the time is over before, what came until then counts as 95 %.
 *
 * @param windowsPerSecond predictions a second in the measured part
 * @param cpuMicros the processor time of the process for each of them, in microseconds
 * @param memoryMb the memory of the process at the end; null where nobody knows
 * @param windows how many predictions were measured
 */
record Throughput(double windowsPerSecond, double cpuMicros, Double memoryMb, long windows) {
  private static final double FIRST = 0.25;
  private static final double LAST = 0.95;
  private static final Duration LOOK = Duration.ofMillis(50);

  /** A hundred thousand devices have sent most of their readings before the first window is due. */
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  /**
   * What was seen at one moment.
   *
   * @param offsets the sum of the end offsets
   */
  record Moment(long nanos, long offsets, long cpuNanos) {}

  /**
   * Measures.
   *
   * @param topic of the predictions, empty at first
   * @param expected how many windows the backlog makes
   * @param longest from the first prediction on
   * @throws CommandFailure if there is nothing to measure, or the process ends
   */
  static Throughput measure(
      BenchCluster cluster,
      ChildProcess process,
      String topic,
      long expected,
      Duration longest,
      StopSignal stop)
      throws InterruptedException {
    long start = System.nanoTime();
    List<Moment> moments = new ArrayList<>();
    while (true) {
      process.requireAlive();
      Moment now = new Moment(System.nanoTime(), cluster.end(topic), process.cpuNanos());
      if (now.offsets() > 0) {
        moments.add(now);
        if (now.offsets() >= LAST * expected
            || now.nanos() - moments.get(0).nanos() > longest.toNanos()) {
          break;
        }
      } else if (now.nanos() - start > LONGEST_START.toNanos()) {
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
    return of(moments, share, memoryMb);
  }

  /**
   * The throughput between a quarter and all of what came.
   *
   * @param moments in their order, the last one where enough had come
   * @param share of the offsets that are predictions: every transaction leaves a mark in each
   *     partition
   * @throws CommandFailure if everything came between two of them
   */
  static Throughput of(List<Moment> moments, double share, Double memoryMb) {
    long reached = moments.get(moments.size() - 1).offsets();
    Moment first = firstWith(moments, Math.round(FIRST / LAST * reached));
    Moment last = firstWith(moments, reached);
    if (first.nanos() == last.nanos()) {
      throw new CommandFailure(
          "The benchmark saw all of "
              + reached
              + " predictions at once, which cannot be measured. Let it run longer, with --seconds");
    }
    double windows = share * (last.offsets() - first.offsets());
    return new Throughput(
        windows * 1e9 / (last.nanos() - first.nanos()),
        (last.cpuNanos() - first.cpuNanos()) / 1e3 / windows,
        memoryMb,
        Math.round(windows));
  }

  private static Moment firstWith(List<Moment> moments, long offsets) {
    return moments.stream().filter(one -> one.offsets() >= offsets).findFirst().orElseThrow();
  }
}
