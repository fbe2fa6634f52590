package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How far confidences and stable labels can be trusted, a column a part.
 *
 * @param parts names of the parts that there is something to tell of
 * @param rows what is told of each
 */
record QualityTable(List<String> parts, List<Row> rows) {
  private static final String NOTHING = "–";

  /** Of a bundle; null: it tells nothing. */
  static QualityTable of(Quality quality) {
    List<String> names = new ArrayList<>();
    List<Quality.OnPart> parts = new ArrayList<>();
    if (quality != null && quality.validation() != null) {
      names.add("validation");
      parts.add(quality.validation());
    }
    if (quality != null && quality.test() != null) {
      names.add("test");
      parts.add(quality.test());
    }
    return parts.isEmpty() ? null : new QualityTable(List.copyOf(names), rows(parts));
  }

  private static List<Row> rows(List<Quality.OnPart> parts) {
    List<Row> rows = new ArrayList<>();
    rows.addAll(certainty(parts));
    // Where every window is a stretch of its own, nothing is smoothed and no state changes.
    if (parts.stream().anyMatch(part -> part.smoothing().changes() < part.windows())) {
      rows.addAll(stability(parts));
    }
    return List.copyOf(rows);
  }

  private static List<Row> certainty(List<Quality.OnPart> parts) {
    return List.of(
        row("Windows", parts, part -> Quantity.count(part.windows())),
        row("Calibration error", parts, part -> Quantity.percent(part.calibrationError())),
        inner("before temperature", parts, part -> Quantity.percent(part.uncalibratedError())),
        row("Coverage: not uncertain", parts, part -> Quantity.percent(part.coverage())),
        inner(
            "right of those",
            parts,
            part -> part.precision() == null ? NOTHING : Quantity.percent(part.precision())));
  }

  private static List<Row> stability(List<Quality.OnPart> parts) {
    return List.of(
        row(
            "Stable label is right",
            parts,
            part -> Quantity.percent(part.smoothing().stableAccuracy())),
        inner("without smoothing", parts, part -> Quantity.percent(part.smoothing().accuracy())),
        row(
            "False state changes",
            parts,
            part -> Quantity.count(part.smoothing().stableFalseChanges())),
        inner("without smoothing", parts, part -> Quantity.count(part.smoothing().falseChanges())),
        row(
            "True changes missed",
            parts,
            part ->
                Quantity.count(part.smoothing().missedChanges())
                    + " of "
                    + Quantity.count(part.smoothing().changes())),
        row("Delay of the others", parts, part -> delay(part.smoothing().delayWindows())));
  }

  private static String delay(Double windows) {
    return windows == null ? NOTHING : String.format(Locale.ROOT, "%.2f windows", windows);
  }

  private static Row row(
      String name, List<Quality.OnPart> parts, Function<Quality.OnPart, String> value) {
    return new Row(name, false, parts.stream().map(value).toList());
  }

  private static Row inner(
      String name, List<Quality.OnPart> parts, Function<Quality.OnPart, String> value) {
    return new Row(name, true, parts.stream().map(value).toList());
  }

  /**
   * One number of every part.
   *
   * @param name what it is
   * @param inner whether it explains the row above it
   * @param values one a part
   */
  record Row(String name, boolean inner, List<String> values) {}
}
