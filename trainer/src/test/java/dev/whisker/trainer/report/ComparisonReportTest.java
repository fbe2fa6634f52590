package dev.whisker.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.Comparison;
import dev.whisker.trainer.training.Comparison.Row;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
  private static final Recordings SINES = Samples.sines(4, 100, 1);
  private static final List<Row> ROWS =
      List.of(
          new Row("majority", false, 0.5, 1.0 / 3, 0, 0, 0, 0, 0.5, 0.5, 0, 3, 60),
          new Row("lstm", true, 0.912, 0.91, 0.013, 12.34, 56.7, 89_000, 0.9, 0.93, 0.01, 3, 60));

  @Test
  void rowsRecommendationDataAndSettingsAreToldAndTheBestOneStandsOut() throws Exception {
    String page = page(3, Samples.sines(2, 100, 2));
    TrainingReportTest.parsed(page);
    assertThat(page)
        .contains(Comparison.recommendation(ROWS))
        .contains(
            "<tr class=\"best\"><th>lstm</th><td>network</td><td>91.2 %</td><td>1.3 %</td>"
                + "<td>91.0 %</td><td>12.3 s</td><td>56.7 µs</td><td>89 kB</td></tr>")
        .contains("<tr><th>majority</th><td>baseline</td>", "3 times with other seeds")
        .contains("2 other devices, 200 samples", "<dt>units</dt>", SINES.sha256())
        .containsOnlyOnce("<svg");
  }

  @Test
  void oneRunHasNoSpread() throws Exception {
    String page = page(1, null);
    TrainingReportTest.parsed(page);
    assertThat(page).contains("once.").doesNotContain("± sd", "standard deviation", "To test on");
  }

  private static String page(int runs, Recordings test) {
    return ComparisonReport.page(
        ROWS,
        runs,
        SINES,
        test,
        Training.provenance(SINES, TrainingSettings.builder().build(), List.of()));
  }
}
