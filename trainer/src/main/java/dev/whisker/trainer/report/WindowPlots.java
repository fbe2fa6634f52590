package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.report.ScoredParts.ScoredWindow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Windows as plots: clear, typical and difficult examples of every class, and the worst mistakes.
 * Channels share one axis; where they differ too much for that, each is shown in its standard
 * deviations.
 */
final class WindowPlots {
  private static final int MOST_CLASSES = 12;
  private static final int MOST_MISTAKES = 9;

  /** More points than this are more than a plot has pixels. */
  private static final int MOST_POINTS = 600;

  private static final int BUCKETS = 250;

  /** Channels that differ by more standard deviations than this hide each other's shape. */
  private static final double MOST_RANGE = 25;

  private static final double MICROS_A_SECOND = 1e6;

  /** Times before it are counted from the beginning of a recording without a clock. */
  private static final long FIRST_CLOCK_MICROS = 365L * 24 * 3600 * 1_000_000;

  private final Manifest manifest;
  private final Figures figures;
  private final int channels;
  private final boolean standardized;

  WindowPlots(Manifest manifest, Figures figures) {
    this.manifest = manifest;
    this.figures = figures;
    this.channels = Math.min(Figures.mostChannels(), manifest.channels().size());
    this.standardized = differ();
  }

  private boolean differ() {
    double least = Double.POSITIVE_INFINITY;
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < channels; c++) {
      double mean = manifest.normalizer().mean().get(c);
      double deviation = manifest.normalizer().standardDeviation().get(c);
      least = Math.min(least, deviation);
      lowest = Math.min(lowest, mean - deviation);
      highest = Math.max(highest, mean + deviation);
    }
    return highest - lowest > MOST_RANGE * least;
  }

  /** The channels that are plotted, each with its place among the colors. */
  List<Legend> legend() {
    List<Legend> legend = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      Channel channel = manifest.channels().get(c);
      legend.add(
          new Legend(
              c, channel.name() + (channel.unit().isEmpty() ? "" : " (" + channel.unit() + ")")));
    }
    return legend;
  }

  /** What the plots leave out or change; empty: nothing. */
  String remark() {
    StringBuilder remark = new StringBuilder();
    if (channels < manifest.channels().size()) {
      remark.append(
          "The first " + channels + " of " + manifest.channels().size() + " channels are shown. ");
    }
    if (standardized) {
      remark.append(
          "The channels differ too much in size for one axis: each is shown in standard deviations"
              + " from its mean over the training part.");
    }
    return remark.toString().strip();
  }

  /** For every class the window it is surest of, the middle one and the last, all right. */
  List<Examples> examples(List<ScoredWindow> windows) {
    List<Examples> examples = new ArrayList<>();
    for (String label : manifest.labels()) {
      List<ScoredWindow> right =
          windows.stream()
              .filter(window -> window.isRight() && window.truth().equals(label))
              .sorted(Comparator.comparingDouble(ScoredWindow::confidence))
              .toList();
      List<Plot> plots = new ArrayList<>();
      if (!right.isEmpty()) {
        plots.add(plot("clear", right.get(right.size() - 1)));
      }
      if (right.size() > 2) {
        plots.add(plot("typical", right.get(right.size() / 2)));
      }
      if (right.size() > 1) {
        plots.add(plot("borderline", right.get(0)));
      }
      examples.add(new Examples(label, List.copyOf(plots)));
    }
    return List.copyOf(examples.subList(0, Math.min(MOST_CLASSES, examples.size())));
  }

  /** What is told of the classes that have no examples because there would be too many. */
  String leftOut() {
    int more = manifest.labels().size() - MOST_CLASSES;
    return more <= 0 ? null : more + " more classes are left out.";
  }

  /**
   * The windows that were surest of a wrong label; of a device only one with the same confusion, as
   * neighbors look alike.
   */
  List<Plot> mistakes(List<ScoredWindow> windows) {
    record Confusion(String device, String truth, String predicted) {}
    Set<Confusion> seen = new HashSet<>();
    return windows.stream()
        .filter(window -> !window.isRight())
        .sorted(Comparator.comparingDouble(ScoredWindow::confidence).reversed())
        .filter(
            window -> seen.add(new Confusion(window.device(), window.truth(), window.predicted())))
        .limit(MOST_MISTAKES)
        .map(window -> plot("mistake", window))
        .toList();
  }

  private Plot plot(String kind, ScoredWindow scored) {
    Window window = scored.window();
    int length = window.samples();
    int points = length <= MOST_POINTS ? length : 2 * BUCKETS;
    boolean milliseconds = length * manifest.window().periodMicros() < MICROS_A_SECOND;
    double unit = milliseconds ? 1_000 : MICROS_A_SECOND;
    double[] times = new double[points];
    for (int i = 0; i < points; i++) {
      times[i] = (double) i * length / points * manifest.window().periodMicros() / unit;
    }
    List<double[]> values = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      double[] channel = new double[length];
      for (int i = 0; i < length; i++) {
        double value = window.buffer().value(window.start() + i, c);
        channel[i] =
            standardized
                ? (value - manifest.normalizer().mean().get(c))
                    / manifest.normalizer().standardDeviation().get(c)
                : value;
      }
      values.add(length <= MOST_POINTS ? channel : extremes(channel));
    }
    String about =
        "A window of device " + scored.device() + ", " + scored.truth() + ", by channel over time";
    return new Plot(
        figures.window(times, values, milliseconds ? "ms" : "s", quantity(), about),
        kind,
        scored.truth(),
        scored.predicted(),
        Quantity.percent(scored.confidence()),
        scored.device(),
        when(scored));
  }

  /** The least and the most value of each bucket, in the order in which they come. */
  private static double[] extremes(double[] values) {
    double[] extremes = new double[2 * BUCKETS];
    for (int b = 0; b < BUCKETS; b++) {
      int least = (int) ((long) b * values.length / BUCKETS);
      int most = least;
      for (int i = least; i < (long) (b + 1) * values.length / BUCKETS; i++) {
        least = values[i] < values[least] ? i : least;
        most = values[i] > values[most] ? i : most;
      }
      extremes[2 * b] = values[Math.min(least, most)];
      extremes[2 * b + 1] = values[Math.max(least, most)];
    }
    return extremes;
  }

  private String quantity() {
    if (standardized) {
      return "deviations";
    }
    List<String> units =
        manifest.channels().subList(0, channels).stream().map(Channel::unit).distinct().toList();
    return units.size() == 1 && !units.get(0).isEmpty() ? units.get(0) : "value";
  }

  private static String when(ScoredWindow scored) {
    long start = scored.window().startMicros();
    String offset =
        start <= scored.beginMicros()
            ? "from the beginning"
            : Quantity.span(start - scored.beginMicros()) + " into its recording";
    return start < FIRST_CLOCK_MICROS
        ? offset
        : Instant.EPOCH.plus(start, ChronoUnit.MICROS).truncatedTo(ChronoUnit.MILLIS)
            + ", "
            + offset;
  }

  /**
   * A channel's color.
   *
   * @param color its place
   * @param name the channel's, with its unit
   */
  record Legend(int color, String name) {}

  /**
   * A class and some of its windows.
   *
   * @param label the class
   * @param plots may be empty: none was classified rightly
   */
  record Examples(String label, List<Plot> plots) {}

  /**
   * A window's plot.
   *
   * @param svg the plot
   * @param kind why it is shown
   * @param truth its label
   * @param predicted the model's label
   * @param confidence of the model
   * @param device the device id
   * @param when it begins
   */
  record Plot(
      String svg,
      String kind,
      String truth,
      String predicted,
      String confidence,
      String device,
      String when) {}
}
