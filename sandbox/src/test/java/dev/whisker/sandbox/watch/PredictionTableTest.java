package dev.whisker.sandbox.watch;

import static dev.whisker.sandbox.watch.Predictions.prediction;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PredictionTableTest {
  private final PredictionTable table = new PredictionTable(3);

  @Test
  void everyDeviceHasARowWithItsLatestPrediction() {
    table.accept(prediction("d2").at(1).label("imbalance", 0.875).stable("healthy").received());
    table.accept(prediction("d1").at(1).received());
    table.accept(prediction("d1").at(31.2).truth("healthy").received());

    assertThat(table.lines())
        .containsExactly(
            "DEVICE         LABEL          CONF STABLE           SINCE TRUTH           DELAY",
            "d1             healthy        1.00 healthy            30s healthy         110ms",
            "d2             imbalance      0.88 healthy             0s                 110ms");
  }

  @Test
  void sinceBeginsAnewWhenTheStableLabelChanges() {
    table.accept(prediction("d1").at(1).stable("UNKNOWN").received());
    table.accept(prediction("d1").at(10).stable("healthy").received());
    table.accept(prediction("d1").at(14).stable("healthy").received());

    assertThat(table.lines().get(1)).contains("healthy             4s");
  }

  @Test
  void wrongAndUncertainLabelsAreMarked() {
    table.accept(prediction("d1").label("healthy", 0.4).truth("imbalance").uncertain().received());

    assertThat(table.lines().get(1)).contains("healthy?").contains("!imbalance");
  }

  @Test
  void devicesThatDoNotFitAreCounted() {
    for (int i = 1; i <= 5; i++) {
      table.accept(prediction("d" + i).received());
    }

    assertThat(table.lines()).hasSize(5).last().isEqualTo("and 2 more devices");
  }

  @Test
  void aRowFitsIn80ColumnsHoweverLongTheNames() {
    String name = "a-name-of-more-than-fourteen-letters";
    table.accept(
        prediction(name)
            .at(1e6)
            .label(name, 0.5)
            .stable(name)
            .truth("other-" + name)
            .latency(59_999)
            .uncertain()
            .received());

    assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(table.lines().get(1)).startsWith("a-name-of-mo.. a-name-of-mo..");
  }

  @Test
  void theDelayOfOldRecordsIsNotShown() {
    table.accept(prediction("d1").latency(86_400_000).received());

    assertThat(table.lines().get(1)).endsWith("0s");
  }

  @Test
  void longTimesAreShownInMinutesAndHours() {
    assertThat(PredictionTable.age(119)).isEqualTo("119s");
    assertThat(PredictionTable.age(120)).isEqualTo("2m");
    assertThat(PredictionTable.age(7_200)).isEqualTo("2h");
  }
}
