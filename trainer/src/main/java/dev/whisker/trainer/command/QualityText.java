package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Quality;
import dev.whisker.trainer.report.TrainingReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** How far confidences and stable labels can be trusted, as a table with a column a part. */
final class QualityText {
  private QualityText() {}

  /** What a manifest tells of validation and test part; empty if it tells nothing. */
  static String of(Manifest manifest) {
    Map<String, Quality.OnPart> parts = new LinkedHashMap<>();
    if (manifest.quality() != null) {
      parts.put("validation", manifest.quality().validation());
      parts.put("test", manifest.quality().test());
    }
    return of(manifest, parts);
  }

  /**
   * The table, with what it is of above it.
   *
   * @param parts by what stands above their columns; null values are left out
   */
  static String of(Manifest manifest, Map<String, Quality.OnPart> parts) {
    Map<String, Quality.OnPart> shown = new LinkedHashMap<>(parts);
    shown.values().removeIf(part -> part == null);
    if (shown.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    line(text, "", shown, null);
    text.append("  confidence, ").append(threshold(manifest)).append('\n');
    line(text, "  calibration error", shown, part -> number(part.calibrationError()));
    line(text, "    with temperature 1", shown, part -> number(part.uncalibratedError()));
    line(text, "  windows not uncertain", shown, part -> number(part.coverage()));
    line(text, "    right of those", shown, part -> number(part.precision()));
    text.append("  stable label, ").append(TrainingReport.smoothing(manifest)).append('\n');
    line(text, "  right", shown, part -> number(part.smoothing().stableAccuracy()));
    line(text, "    without smoothing", shown, part -> number(part.smoothing().accuracy()));
    line(text, "  false state changes", shown, part -> "" + part.smoothing().stableFalseChanges());
    line(text, "    without smoothing", shown, part -> "" + part.smoothing().falseChanges());
    line(
        text,
        "  true ones missed",
        shown,
        part -> part.smoothing().missedChanges() + " of " + part.smoothing().changes());
    line(
        text,
        "  delay, windows",
        shown,
        part ->
            part.smoothing().delayWindows() == null
                ? "-"
                : String.format(Locale.ROOT, "%.2f", part.smoothing().delayWindows()));
    return text.toString();
  }

  /** The temperature, and below which confidence a prediction is uncertain. */
  static String threshold(Manifest manifest) {
    String asked =
        manifest.quality() == null || manifest.quality().minPrecision() == null
            ? ""
            : String.format(Locale.ROOT, " for precision %s", manifest.quality().minPrecision());
    return String.format(
        Locale.ROOT,
        "temperature %.3f, uncertain below %.3f%s",
        manifest.temperature(),
        manifest.rejectThreshold(),
        asked);
  }

  private static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static void line(
      StringBuilder text,
      String name,
      Map<String, Quality.OnPart> parts,
      Function<Quality.OnPart, String> value) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-26s", name));
    parts.forEach(
        (part, quality) ->
            line.append(
                String.format(Locale.ROOT, " %12s", value == null ? part : value.apply(quality))));
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
