package dev.whisker.sandbox.watch;

import dev.whisker.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The latest prediction of every device as a table of plain text, at most 80 columns wide. Not
 * thread-safe.
 */
public final class PredictionTable {
  private static final String ROW = "%-14s %-14s %4s %-14s %7s %-14s %6s";
  private static final int LABEL_WIDTH = 14;

  private final TreeMap<String, DeviceView> devices = new TreeMap<>();
  private final int mostRows;
  private long predictions;

  /**
   * An empty table.
   *
   * @param mostRows how many devices are shown; the others are counted
   */
  public PredictionTable(int mostRows) {
    this.mostRows = mostRows;
  }

  /** Takes a device's next prediction. */
  public void accept(ReceivedPrediction received) {
    predictions++;
    devices
        .computeIfAbsent(received.prediction().device(), device -> new DeviceView())
        .accept(received);
  }

  /** Number of predictions so far. */
  public long predictions() {
    return predictions;
  }

  /** The table's lines, devices in the order of their names. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(row("DEVICE", "LABEL", "CONF", "STABLE", "SINCE", "TRUTH", "DELAY"));
    devices.entrySet().stream()
        .limit(mostRows)
        .forEach(entry -> lines.add(row(entry.getKey(), entry.getValue())));
    if (devices.size() > mostRows) {
      lines.add("and " + (devices.size() - mostRows) + " more devices");
    }
    return lines;
  }

  private static String row(String device, DeviceView view) {
    Prediction latest = view.latest();
    return row(
        device,
        latest.status() == Prediction.Status.OK ? latest.label() : latest.label() + "?",
        String.format(Locale.ROOT, "%.2f", latest.confidence()),
        latest.stableLabel(),
        age(view.stableSeconds()),
        truth(latest),
        delay(view.latencyMillis()));
  }

  private static String row(
      String device,
      String label,
      String confidence,
      String stable,
      String since,
      String truth,
      String delay) {
    return String.format(
            Locale.ROOT,
            ROW,
            cut(device),
            cut(label),
            confidence,
            cut(stable),
            since,
            cut(truth),
            delay)
        .stripTrailing();
  }

  private static String truth(Prediction latest) {
    if (latest.truth() == null) {
      return "";
    }
    return latest.truth().equals(latest.label()) ? latest.truth() : "!" + latest.truth();
  }

  static String age(long seconds) {
    if (seconds < 120) {
      return seconds + "s";
    }
    return seconds < 7_200 ? seconds / 60 + "m" : seconds / 3_600 + "h";
  }

  /** Records that were read long after they were written say nothing about the delay. */
  static String delay(long millis) {
    return millis < 0 || millis >= 60_000 ? "" : millis + "ms";
  }

  private static String cut(String text) {
    return text.length() <= LABEL_WIDTH ? text : text.substring(0, LABEL_WIDTH - 2) + "..";
  }
}
