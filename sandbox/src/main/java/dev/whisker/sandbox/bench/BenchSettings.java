package dev.whisker.sandbox.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is measured, and for how long.
 *
 * @param parts what is measured
 * @param rounds how often each contender of the pipeline is measured; figures are medians
 * @param warmUp from a contender's first prediction until it is measured
 * @param run how long it is measured then, at most
 * @param devices how many publish, where it is not devices that grow
 * @param full whether growth is measured in wide ranges, and the streamer with a window a call,
 *     too, for half an hour
 * @param quick whether everything is as small as it can be: figures mean nothing then
 * @param streamerFlags more flags of {@code whisker stream}
 */
public record BenchSettings(
    Set<Part> parts,
    int rounds,
    Duration warmUp,
    Duration run,
    int devices,
    boolean full,
    boolean quick,
    List<String> streamerFlags) {

  /** The parts of the benchmark. */
  public enum Part {
    /** The engine alone. */
    ENGINE,
    /** The streamer as a whole. */
    PIPELINE,
    /** From publishing to prediction. */
    LATENCY,
    /** Against devices, channels, lengths, hops and threads. */
    GROWTH
  }

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException with all that is wrong, a line each
   */
  public BenchSettings {
    parts = Set.copyOf(parts);
    streamerFlags = List.copyOf(streamerFlags);
    List<String> problems = new ArrayList<>();
    if (parts.isEmpty()) {
      problems.add("only names no part; expected some of engine, pipeline, latency, growth");
    }
    if (rounds < 1) {
      problems.add("rounds is " + rounds + "; expected 1 or more");
    }
    if (warmUp.isNegative()) {
      problems.add("warm-up-seconds is " + warmUp.toMillis() / 1e3 + "; expected 0 or more");
    }
    if (run.toMillis() < 1_000) {
      problems.add("seconds is " + run.toMillis() / 1e3 + "; expected 1 or more");
    }
    if (devices < 1) {
      problems.add("devices is " + devices + "; expected 1 or more");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }

  /** Whether the streamer is measured without batches, too, which ten minutes have no room for. */
  boolean batching() {
    return full && !quick;
  }

  /** Of the virtual machines of all contenders, the same for all. */
  List<String> jvmFlags() {
    // One that lives for seconds starts with half of the work.
    return quick
        ? List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        : List.of("-Xmx2g");
  }
}
