package dev.whisker.streamer.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What is measured beyond what always is.
 *
 * @param driftPeriod over which drift is told
 * @param mostDevices how many devices have metrics of their own, whichever come first; 0: none,
 *     unless they are named
 * @param devices the ids of those that have, if they are named; empty: they are not
 */
public record MetricsChoice(Duration driftPeriod, int mostDevices, List<String> devices) {
  /** The most devices with metrics of their own: each is several series, in every scrape. */
  public static final int MOST_DEVICES = 1_000;

  /** Shorter, and there is nothing to compare. */
  private static final Duration SHORTEST_PERIOD = Duration.ofSeconds(1);

  /** Drift over a quarter of an hour, no devices. */
  public static final MetricsChoice DEFAULT =
      new MetricsChoice(Duration.ofMinutes(15), 0, List.of());

  /** Keeps the ids once each. */
  public MetricsChoice {
    devices = List.copyOf(new LinkedHashSet<>(devices));
  }

  /**
   * A choice as it is written.
   *
   * @param devices a number, such as {@code 20}, or ids; empty: none
   */
  public static MetricsChoice of(Duration driftPeriod, List<String> devices) {
    if (devices.size() == 1 && devices.get(0).matches("\\d{1,9}")) {
      return new MetricsChoice(driftPeriod, Integer.parseInt(devices.get(0)), List.of());
    }
    return new MetricsChoice(driftPeriod, 0, devices);
  }

  /** How many devices may have metrics of their own. */
  public int room() {
    return devices.isEmpty() ? mostDevices : devices.size();
  }

  /** What is wrong, a sentence each. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (driftPeriod.compareTo(SHORTEST_PERIOD) < 0) {
      problems.add("drift.period is " + driftPeriod + "; expected " + SHORTEST_PERIOD + " or more");
    }
    if (room() > MOST_DEVICES) {
      problems.add(
          "device.metrics are of "
              + room()
              + " devices; expected at most "
              + MOST_DEVICES
              + ". Name those that matter; all devices' predictions are on their topic");
    }
    return problems;
  }
}
