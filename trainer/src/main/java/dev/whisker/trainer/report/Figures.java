package dev.whisker.trainer.report;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.training.Comparison.Row;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The plots of one page, as SVG without anything that has to be fetched: text is painted as
 * outlines, so that it looks the same wherever it is read. The page's style sheet knows the few
 * colors that are used here and turns them into those of its theme. Not thread-safe.
 */
final class Figures {
  /** Text, axes and the lines of a grid, which the style sheet adapts to its theme. */
  private static final Color INK = new Color(51, 56, 63);

  private static final Color MUTED = new Color(134, 142, 150);
  private static final Color GRID = new Color(226, 230, 234);
  private static final Color NOTHING = new Color(0, 0, 0, 0);

  /** Told apart on white and on black, and by most who see fewer colors (after Okabe and Ito). */
  private static final Color[] SERIES = {
    new Color(0, 114, 178),
    new Color(230, 126, 0),
    new Color(0, 158, 115),
    new Color(204, 90, 160),
    new Color(86, 160, 233),
    new Color(150, 130, 60)
  };

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final BasicStroke LINE =
      new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  private static final BasicStroke THIN = new BasicStroke(0.8f);
  private static final BasicStroke DASHED =
      new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {4, 4}, 0);

  /**
   * The axis ends half a step behind the last point: where it ends with a point, XChart writes as
   * many points as fit beneath it instead of a few round numbers.
   */
  private static final double HALF = 0.5;

  /** 100 %, and for the same reason a little more. */
  private static final double ALL = 100.001;

  /** Less of a range than this share of the values is none. */
  private static final double FLAT = 1e-6;

  /** A range from one to this, or a wider one, has a logarithmic axis. */
  private static final double WIDE = 30;

  /** What is left free at the end of a linear axis, and of a logarithmic one for its last label. */
  private static final double ROOM = 1.05;

  private static final double LOGARITHMIC_ROOM = 1.6;

  static final int WIDTH = 430;
  static final int HEIGHT = 250;
  private static final int SMALL_WIDTH = 340;
  private static final int SMALL_HEIGHT = 190;

  private int painted;

  /** How many channels one plot can tell apart. */
  static int mostChannels() {
    return SERIES.length;
  }

  /**
   * Refuses to go on where text cannot be painted.
   *
   * @param need begins the message: who needs a font
   * @param flag asks for what is painted
   * @throws CommandFailure if this machine has no font
   */
  static void requireFonts(String need, String flag) {
    try {
      new TextLayout("0", FONT, new FontRenderContext(null, true, true)).getBounds();
    } catch (RuntimeException | LinkageError | InternalError e) {
      // What Java throws depends on what is missing: fonts, their configuration, or its libraries.
      throw new CommandFailure(
          need
              + " a font and this machine has none for Java ("
              + e
              + "). Install one, such as with 'apt-get install fontconfig fonts-dejavu-core', or"
              + " leave out "
              + flag,
          e);
    }
  }

  /**
   * The loss over epochs, the kept one marked.
   *
   * @param training one value an epoch
   * @param validation one value an epoch; may be empty
   * @param kept number of the epoch, from 1
   */
  String loss(List<Double> training, List<Double> validation, int kept) {
    XYChart chart = epochs("loss", training, validation, kept);
    chart.getStyler().setYAxisMin(0.0);
    return painted(chart, "Loss by epoch");
  }

  /**
   * The accuracy over epochs, the kept one marked.
   *
   * @param training one share an epoch; may be empty
   * @param validation one share an epoch; may be empty, but not both
   * @param kept number of the epoch, from 1
   */
  String accuracy(List<Double> training, List<Double> validation, int kept) {
    XYChart chart = epochs("accuracy, %", percent(training), percent(validation), kept);
    double least =
        Stream.concat(training.stream(), validation.stream())
            .mapToDouble(Double::doubleValue)
            .min()
            .orElseThrow();
    chart.getStyler().setYAxisMin(Math.floor(10 * Math.min(0.9, least)) * 10).setYAxisMax(ALL);
    chart.getStyler().setYAxisDecimalPattern("0");
    return painted(chart, "Accuracy by epoch");
  }

  private static XYChart epochs(
      String quantity, List<Double> training, List<Double> validation, int kept) {
    XYChart chart = lines(WIDTH, HEIGHT, "epoch", quantity);
    List<Double> numbers = new ArrayList<>();
    for (int i = 1; i <= Math.max(training.size(), validation.size()); i++) {
      numbers.add((double) i);
    }
    if (!training.isEmpty()) {
      line(chart, "training", numbers, training, SERIES[0]);
    }
    if (!validation.isEmpty()) {
      line(chart, "validation", numbers, validation, SERIES[1]);
    }
    List<Double> marked = validation.isEmpty() ? training : validation;
    XYSeries point =
        chart.addSeries(
            "kept", List.of((double) kept), List.of(marked.get(Math.min(kept, marked.size()) - 1)));
    point.setLineStyle(new BasicStroke(0));
    point.setLineColor(NOTHING);
    point.setMarker(SeriesMarkers.CIRCLE);
    point.setMarkerColor(SERIES[2]);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(numbers.size() + HALF);
    chart.getStyler().setXAxisDecimalPattern("0");
    return chart;
  }

  /** How often predictions were right against how sure they were; both 0 to 1. */
  String reliability(List<Double> confidences, List<Double> accuracies, String about) {
    XYChart chart = lines(WIDTH, HEIGHT, "confidence, %", "right, %");
    XYSeries ideal = line(chart, "ideal", List.of(0.0, 100.0), List.of(0.0, 100.0), MUTED);
    ideal.setLineStyle(DASHED);
    XYSeries model =
        line(chart, "this model", percent(confidences), percent(accuracies), SERIES[0]);
    model.setMarker(SeriesMarkers.CIRCLE);
    model.setMarkerColor(SERIES[0]);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(ALL).setYAxisMin(0.0).setYAxisMax(ALL);
    chart.getStyler().setDecimalPattern("0");
    return painted(chart, about);
  }

  /**
   * A window.
   *
   * @param times one a sample
   * @param channels for each channel, at most {@link #mostChannels}, one value a sample
   * @param timeUnit of the times
   * @param quantity what the values are
   */
  String window(
      double[] times, List<double[]> channels, String timeUnit, String quantity, String about) {
    XYChart chart = lines(SMALL_WIDTH, SMALL_HEIGHT, "time, " + timeUnit, quantity);
    for (int c = 0; c < channels.size(); c++) {
      XYSeries series = chart.addSeries(String.valueOf(c), times, channels.get(c));
      series.setLineColor(SERIES[c]);
      series.setLineStyle(new BasicStroke(1.3f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      series.setMarker(SeriesMarkers.NONE);
    }
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(times[times.length - 1] + HALF * step(times));
    chart.getStyler().setXAxisTickMarkSpacingHint(60);
    double[] all = channels.stream().flatMapToDouble(Arrays::stream).toArray();
    double least = Arrays.stream(all).min().orElseThrow();
    double most = Arrays.stream(all).max().orElseThrow();
    if (most - least <= FLAT * Math.max(Math.abs(least), Math.abs(most))) {
      // Without room above and below, a line that is flat has no axis.
      double room = most == 0 ? 1 : Math.abs(most) / 2;
      chart.getStyler().setYAxisMin(least - room).setYAxisMax(most + room);
    }
    return painted(chart, about);
  }

  /**
   * A quantity over something that grows; see {@link GrowthPlot}.
   *
   * @param values of what grows
   * @param measured one a value
   */
  String growth(
      String grown, List<Double> values, String quantity, List<Double> measured, String about) {
    XYChart chart = lines(WIDTH, HEIGHT, grown, quantity);
    XYSeries series = line(chart, quantity, values, measured, SERIES[0]);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(SERIES[0]);
    AxesChartStyler styler = chart.getStyler();
    double most = Collections.max(values);
    if (most >= WIDE * Collections.min(values)) {
      styler.setXAxisLogarithmic(true).setXAxisMax(LOGARITHMIC_ROOM * most);
    } else {
      styler.setXAxisMin(0.0).setXAxisMax(ROOM * most);
    }
    double highest = Collections.max(measured);
    if (highest >= WIDE * Collections.min(measured)) {
      styler.setYAxisLogarithmic(true).setYAxisMax(LOGARITHMIC_ROOM * highest);
    } else {
      styler.setYAxisMin(0.0).setYAxisMax(ROOM * highest);
    }
    styler.setXAxisDecimalPattern("0").setYAxisDecimalPattern("0");
    return painted(chart, about);
  }

  /**
   * A bar a model, and one beside it for the filter on top of it; with their standard deviations
   * where there are any.
   */
  String accuracies(List<Row> rows, String about) {
    List<Row> models = rows.stream().filter(row -> !row.hasFilter()).toList();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(2 * WIDTH)
            .height(HEIGHT + 70)
            .yAxisTitle("accuracy, %")
            .build();
    style(chart.getStyler());
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setXAxisLabelRotation(models.size() > 6 ? 30 : 0);
    chart.getStyler().setAvailableSpaceFill(0.7);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(ALL);
    chart.getStyler().setYAxisDecimalPattern("0");
    chart.getStyler().setErrorBarsColor(INK);
    bars(chart, "alone", models, models, SERIES[4]);
    Map<String, Row> filtered =
        rows.stream().filter(Row::hasFilter).collect(Collectors.toMap(Row::model, row -> row));
    if (!filtered.isEmpty()) {
      List<Row> onTop =
          models.stream()
              .map(row -> filtered.get(row.name()))
              .collect(Collectors.toCollection(ArrayList::new));
      bars(chart, "filtered", models, onTop, SERIES[2]);
    }
    return painted(chart, about);
  }

  /** A row may be null: its bar has no height, as XChart can leave none out that has a spread. */
  private static void bars(
      CategoryChart chart, String name, List<Row> models, List<Row> rows, Color color) {
    boolean spread = rows.stream().anyMatch(row -> row != null && row.accuracySd() > 0);
    List<Double> shares = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (Row row : rows) {
      shares.add(row == null ? 0 : 100 * row.accuracy());
      deviations.add(row == null ? 0 : 100 * row.accuracySd());
    }
    chart
        .addSeries(
            name, models.stream().map(Row::name).toList(), shares, spread ? deviations : null)
        .setFillColor(color);
  }

  private static double step(double[] times) {
    return times.length < 2 ? 1 : times[1] - times[0];
  }

  private static List<Double> percent(List<Double> shares) {
    return shares.stream().map(share -> 100 * share).toList();
  }

  private static XYChart lines(int width, int height, String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(width).height(height).xAxisTitle(x).yAxisTitle(y).build();
    style(chart.getStyler());
    return chart;
  }

  private static XYSeries line(
      XYChart chart, String name, List<Double> x, List<Double> y, Color color) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineColor(color);
    series.setLineStyle(LINE);
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  private static void style(AxesChartStyler styler) {
    styler.setBaseFont(FONT);
    styler.setAxisTitleFont(FONT);
    styler.setAxisTickLabelsFont(FONT);
    styler.setChartTitleVisible(false);
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(NOTHING);
    styler.setPlotBackgroundColor(NOTHING);
    styler.setPlotBorderVisible(false);
    styler.setChartFontColor(INK);
    styler.setXAxisTitleColor(INK);
    styler.setYAxisTitleColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setAxisTickMarksColor(MUTED);
    styler.setAxisTickMarksStroke(THIN);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(THIN);
    styler.setChartPadding(6);
    styler.setLocale(Locale.ROOT);
    styler.setMarkerSize(7);
  }

  private String painted(Chart<?, ?> chart, String about) {
    painted++;
    return Svg.of(chart, "figure" + painted, about);
  }
}
