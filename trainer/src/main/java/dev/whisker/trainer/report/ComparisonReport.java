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
   * @param runs how often each was trained, with other seeds or parts
   * @param recordings they were trained with
   * @param test other recordings they were tested on; null: a part of the first ones
   * @param provenance settings, data and versions
   * @return the file
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static Path write(
      Path folder,
      List<Row> rows,
      int runs,
      Recordings recordings,
      Recordings test,
      Manifest.Provenance provenance) {
    return Page.write(folder, page(rows, runs, recordings, test, provenance));
  }

  /** The page; see {@link #write}. */
  static String page(
      List<Row> rows,
      int runs,
      Recordings recordings,
      Recordings test,
      Manifest.Provenance provenance) {
    boolean spread = runs > 1;
    double best = rows.stream().mapToDouble(Row::accuracy).max().orElseThrow();
    List<RowView> views = new ArrayList<>();
    for (Row row : rows) {
      views.add(
          new RowView(
              row.name(),
              row.isNetwork() ? "network" : "baseline",
              Quantity.percent(row.accuracy()),
              spread ? Quantity.percent(row.accuracySd()) : null,
              Quantity.percent(row.macroF1()),
              String.format(Locale.ROOT, "%.1f s", row.trainSeconds()),
              String.format(Locale.ROOT, "%.1f µs", row.microsPerWindow()),
              String.format(Locale.ROOT, "%.0f kB", row.bytes() / 1e3),
              row.accuracy() == best));
    }
    List<Named> data = new ArrayList<>(RecordingFacts.of(recordings));
    if (test != null) {
      data.add(new Named("To test on", RecordingFacts.size(test)));
    }
    String plot =
        new Figures()
            .bars(
                "accuracy",
                rows.stream().map(Row::name).toList(),
                rows.stream().map(Row::accuracy).toList(),
                rows.stream().map(Row::accuracySd).toList(),
                "Accuracy of each kind of model");
    return Page.of(
        "comparison",
        new View(
            Comparison.recommendation(rows),
            String.format(
                Locale.ROOT,
                "%d kinds of models, each trained and tested on the same windows%s.",
                rows.size(),
                spread ? ", " + runs + " times with other seeds" : ", once"),
            plot,
            spread,
            views,
            data,
            Provenance.of(provenance)));
  }

  // What the template asks for, by these names.

  private record View(
      String recommendation,
      String how,
      String plot,
      boolean spread,
      List<RowView> rows,
      List<Named> data,
      Provenance provenance) {}

  private record RowView(
      String name,
      String kind,
      String accuracy,
      String deviation,
      String macroF1,
      String training,
      String window,
      String size,
      boolean best) {}
}
