package dev.whisker.sandbox.watch;

import dev.whisker.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The latest prediction of every device as a table, no wider than its style says, below how many
 * devices are in which stable class. Not thread-safe.
 */
final class PredictionTable {
  private static final List<String> HEAD =
      List.of("DEVICE", "LABEL", "CONF", "TREND", "STABLE", "SINCE", "TRUTH", "DELAY");

  /** Width of every column; those of names (0) share what is left of a line. */
  private static final int[] WIDTHS = {0, 0, 4, 8, 0, 5, 0, 7};

  /** Names are not spread wider than this. */
  private static final int WIDEST_NAME = 24;

  private final TreeMap<String, DeviceView> devices = new TreeMap<>();
  private final TableStyle style;
  private final ClassColors colors;
  private final int[] widths;
  private long predictions;

  /** An empty table. */
  PredictionTable(TableStyle style) {
    this.style = style;
    colors = new ClassColors(style.isColored());
    widths = widths(style.columns());
  }

  private static int[] widths(int columns) {
    int left = columns - (WIDTHS.length - 1);
    int names = 0;
    for (int width : WIDTHS) {
      left -= width;
      names += width == 0 ? 1 : 0;
    }
    int[] widths = WIDTHS.clone();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] == 0) {
        widths[i] = Math.min(WIDEST_NAME, left / names);
      }
    }
    return widths;
  }

  /** Takes a device's next prediction. */
  void accept(ReceivedPrediction received) {
    predictions++;
    colors.learn(received.prediction());
    devices
        .computeIfAbsent(received.prediction().device(), device -> new DeviceView())
        .accept(received);
  }

  /** Number of predictions so far. */
  long predictions() {
    return predictions;
  }

  /** The table's lines, devices in the order of their names. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(summary());
    lines.add(colors.faint(row(HEAD, null)));
    devices.entrySet().stream()
        .limit(style.rows())
        .forEach(entry -> lines.add(row(entry.getKey(), entry.getValue())));
    if (devices.size() > style.rows()) {
      lines.add(colors.faint("and " + (devices.size() - style.rows()) + " more devices"));
    }
    return lines;
  }

  /** How many devices are in which stable class, the most frequent ones first. */
  private String summary() {
    Map<String, Long> counts =
        devices.values().stream()
            .collect(
                Collectors.groupingBy(
                    view -> view.latest().stableLabel(), TreeMap::new, Collectors.counting()));
    StringBuilder line = new StringBuilder();
    int length = 0;
    for (Map.Entry<String, Long> count :
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .toList()) {
      String text = count.getValue() + " " + cut(count.getKey(), WIDEST_NAME);
      length += text.length() + 3;
      if (length > style.columns()) {
        return line.append(" ...").toString();
      }
      line.append(line.isEmpty() ? "" : "   ").append(colors.paint(count.getKey(), text));
    }
    return line.toString();
  }

  private String row(String device, DeviceView view) {
    Prediction latest = view.latest();
    return row(
        List.of(
            device,
            latest.status() == Prediction.Status.OK ? latest.label() : latest.label() + "?",
            String.format(Locale.ROOT, "%.2f", latest.confidence()),
            view.trend().draw(style.bars()),
            latest.stableLabel(),
            age(view.stableSeconds()),
            truth(latest),
            delay(view.latencyMillis())),
        latest);
  }

  /** Cells in their columns; label, confidences and stable label in their classes' colors. */
  private String row(List<String> cells, Prediction colored) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      boolean isNumber = WIDTHS[i] > 0 && !HEAD.get(i).equals("TREND");
      String cell = cut(cells.get(i), widths[i]);
      String padded =
          String.format(Locale.ROOT, "%" + (isNumber ? "" : "-") + widths[i] + "s", cell);
      String label = colored == null ? null : colorOf(HEAD.get(i), colored);
      line.append(i == 0 ? "" : " ").append(label == null ? padded : colors.paint(label, padded));
    }
    return line.toString().stripTrailing();
  }

  private static String colorOf(String column, Prediction prediction) {
    return switch (column) {
      case "LABEL", "CONF", "TREND" -> prediction.label();
      case "STABLE" -> prediction.stableLabel();
      default -> null;
    };
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

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 2) + "..";
  }
}
