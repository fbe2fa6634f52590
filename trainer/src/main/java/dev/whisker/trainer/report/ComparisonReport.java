package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.Comparison;
import dev.whisker.trainer.training.Comparison.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a comparison came to, as one page with plots that needs nothing but itself. Times in it are
 * measured, so the same comparison gives other bytes each time.
 */
public final class ComparisonReport {
  private ComparisonReport() {}

  /**
   * Writes the report.
   *
   * @param folder is made if need be
   * @param rows what was compared, at least one
   * @param seeds with how many seeds each was trained
   * @param folds on how many folds of the devices; 0: on one split a seed
   * @param recordings they were trained with
   * @param test other recordings they were tested on; null: a part of the first ones
   * @param provenance settings, data and versions
   * @return the file
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static Path write(
      Path folder,
      List<Row> rows,
      int seeds,
      int folds,
      Recordings recordings,
      Recordings test,
      Manifest.Provenance provenance) {
    return Page.write(folder, page(rows, seeds, folds, recordings, test, provenance));
  }

  /** The page; see {@link #write}. */
  static String page(
      List<Row> rows,
      int seeds,
      int folds,
      Recordings recordings,
      Recordings test,
      Manifest.Provenance provenance) {
    int runs = rows.stream().mapToInt(Row::runs).max().orElseThrow();
    // What was not on every split has no mean to be compared with those that were.
    double best =
        rows.stream()
            .filter(row -> row.runs() == runs)
            .mapToDouble(Row::accuracy)
            .max()
            .orElseThrow();
    List<RowView> views = new ArrayList<>();
    for (Row row : rows) {
      views.add(
          new RowView(
              row.hasFilter() ? Comparison.FILTERED.strip() : row.name(),
              row.hasFilter(),
              kind(row),
              Quantity.percent(row.accuracy()),
              runs > 1 ? spread(row) : null,
              Quantity.percent(row.macroF1()),
              String.format(Locale.ROOT, "%.1f s", row.trainSeconds()),
              String.format(Locale.ROOT, "%.1f µs", row.microsPerWindow()),
              String.format(Locale.ROOT, "%.0f kB", row.bytes() / 1e3),
              row.runs() == runs && row.accuracy() == best));
    }
    List<Named> data = new ArrayList<>(RecordingFacts.of(recordings));
    if (test != null) {
      data.add(new Named("To test on", RecordingFacts.size(test)));
    }
    return Page.of(
        "comparison",
        new View(
            Comparison.recommendation(rows),
            how(rows, seeds, folds),
            new Figures().accuracies(rows, "Accuracy of each kind of model"),
            rows.stream().anyMatch(Row::hasFilter),
            runs > 1,
            views,
            data,
            Provenance.of(provenance)));
  }

  private static String kind(Row row) {
    if (row.hasFilter()) {
      return "stable label";
    }
    return row.isNetwork() ? "network" : "baseline";
  }

  private static Spread spread(Row row) {
    return new Spread(
        Quantity.percent(row.accuracySd()),
        Quantity.percent(row.accuracyMin()) + " to " + Quantity.percent(row.accuracyMax()),
        Quantity.count(row.runs()));
  }

  private static String how(List<Row> rows, int seeds, int folds) {
    long kinds = rows.stream().filter(row -> !row.hasFilter()).count();
    String often = seeds == 1 ? "once" : seeds + " times with other seeds";
    return Quantity.counted(kinds, "kind")
        + " of models, each trained and tested on the same windows, "
        + (folds == 0
            ? often + (seeds == 1 ? "." : " and so on other splits.")
            : (seeds == 1 ? "" : often + ", ")
                + "on each of "
                + folds
                + " folds of the devices after it was trained on the others.");
  }

  // What the template asks for, by these names.

  private record View(
      String recommendation,
      String how,
      String plot,
      boolean filtered,
      boolean spread,
      List<RowView> rows,
      List<Named> data,
      Provenance provenance) {}

  private record RowView(
      String name,
      boolean inner,
      String kind,
      String accuracy,
      Spread runs,
      String macroF1,
      String training,
      String window,
      String size,
      boolean best) {}

  private record Spread(String deviation, String range, String count) {}
}
