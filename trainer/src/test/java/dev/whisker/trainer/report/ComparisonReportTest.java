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
          new Row("rnn", true, 1, 1, 0, 12.34, 56.7, 89_000, 1, 1, 0, 1, 60),
          new Row("lstm", true, 0.912, 0.91, 0.013, 12.34, 56.7, 89_000, 0.9, 0.93, 0.01, 3, 60),
          new Row(
              "lstm + markov", true, 0.9, 0.9, 0.02, 12.34, 56.7, 89_000, 0.88, 0.92, 0.02, 3, 60));

  @Test
  void rowsRecommendationDataAndSettingsAreToldAndTheBestOneStandsOut() throws Exception {
    String page = page(3, 0, ROWS, Samples.sines(2, 100, 2));
    TrainingReportTest.parsed(page);
    assertThat(page)
        .contains(Comparison.recommendation(ROWS))
        .contains(
            "<tr class=\"best\"><th>lstm</th><td>network</td><td>91.2 %</td><td>1.3 %</td>"
                + "<td>90.0 % to 93.0 %</td><td>3</td>"
                + "<td>91.0 %</td><td>12.3 s</td><td>56.7 µs</td><td>89 kB</td></tr>")
        .contains("<th>majority</th><td>baseline</td>")
        .contains("3 kinds of models", "3 times with other seeds and so on other splits.")
        .contains("2 other devices, 200 samples", "<dt>units</dt>", SINES.sha256())
        .containsOnlyOnce("<svg");
  }

  @Test
  void whatWasNotOnEverySplitIsNotTheBestAndTellsItsRuns() {
    assertThat(page(3, 0, ROWS, null))
        .contains("<th>rnn</th><td>network</td><td>100.0 %</td><td>0.0 %</td>")
        .contains("<td>100.0 % to 100.0 %</td><td>1</td>")
        .containsOnlyOnce("<tr class=\"best");
  }

  @Test
  void aFilteredRowStandsBeneathItsModel() {
    String page = page(3, 0, ROWS, null);
    assertThat(page).contains("<tr class=\" inner\"><th>+ markov</th><td>stable label</td>");
    assertThat(page.indexOf("<th>+ markov")).isGreaterThan(page.indexOf("<th>lstm"));
    assertThat(page).contains("stable label of a Markov filter");
    assertThat(page(3, 0, ROWS.subList(0, 3), null)).doesNotContain("Markov");
  }

  @Test
  void foldsAreNotCalledSeeds() {
    assertThat(page(1, 3, ROWS, null))
        .contains("on each of 3 folds of the devices after it was trained on the others.")
        .contains("<th>runs</th>")
        .doesNotContain("other seeds", "once");
    assertThat(page(2, 3, ROWS, null))
        .contains("2 times with other seeds, on each of 3 folds of the devices");
  }

  @Test
  void oneRunHasNoSpread() throws Exception {
    Row one = new Row("lstm", true, 0.9, 0.9, 0, 1, 1, 1_000, 0.9, 0.9, 0, 1, 60);
    String page = page(1, 0, List.of(one), null);
    TrainingReportTest.parsed(page);
    assertThat(page)
        .contains("1 kind of models", "once.")
        .doesNotContain("± sd", "standard deviation", "To test on", "<th>runs</th>");
  }

  private static String page(int seeds, int folds, List<Row> rows, Recordings test) {
    return ComparisonReport.page(
        rows,
        seeds,
        folds,
        SINES,
        test,
        Training.provenance(SINES, TrainingSettings.builder().build(), List.of()));
  }
}
