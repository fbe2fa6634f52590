package dev.whisker.sandbox.watch;

import static dev.whisker.sandbox.watch.Predictions.prediction;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTableTest {
  private static final String ESCAPE = "\u001b[";

  private final PredictionTable table = table(80, false);

  private static PredictionTable table(int columns, boolean isColored) {
    return new PredictionTable(new TableStyle(3, columns, isColored, TableStyle.BLOCKS));
  }

  @Test
  void everyDeviceHasARowWithItsLatestPrediction() {
    table.accept(prediction("d2").at(1).label("imbalance", 0.875).stable("healthy").received());
    table.accept(prediction("d1").at(1).received());
    table.accept(prediction("d1").at(31.2).truth("healthy").received());

    assertThat(table.lines())
        .containsExactly(
            "2 healthy",
            "DEVICE       LABEL        CONF TREND    STABLE       SINCE TRUTH          DELAY",
            "d1           healthy      1.00 ██       healthy        30s healthy        110ms",
            "d2           imbalance    0.88 █        healthy         0s                110ms");
  }

  @Test
  void sinceBeginsAnewWhenTheStableLabelChanges() {
    table.accept(prediction("d1").at(1).stable("UNKNOWN").received());
    table.accept(prediction("d1").at(10).stable("healthy").received());
    table.accept(prediction("d1").at(14).stable("healthy").received());

    assertThat(table.lines().get(2)).contains("healthy         4s");
  }

  @Test
  void wrongAndUncertainLabelsAreMarked() {
    table.accept(prediction("d1").label("healthy", 0.4).truth("imbalance").uncertain().received());

    assertThat(table.lines().get(2)).contains("healthy?").contains("!imbalance");
  }

  @Test
  void devicesThatDoNotFitAreCounted() {
    for (int i = 1; i <= 5; i++) {
      table.accept(prediction("d" + i).received());
    }

    assertThat(table.lines()).hasSize(6).last().isEqualTo("and 2 more devices");
  }

  @Test
  void aRowFitsIn80ColumnsHoweverLongTheNames() {
    String name = "a-name-of-more-than-twelve-letters";
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
    assertThat(table.lines().get(2)).startsWith("a-name-of-.. a-name-of-..");
  }

  @Test
  void theDelayOfOldRecordsIsNotShown() {
    table.accept(prediction("d1").latency(86_400_000).received());

    assertThat(table.lines().get(2)).endsWith("0s");
  }

  @Test
  void longTimesAreShownInMinutesAndHours() {
    assertThat(PredictionTable.age(119)).isEqualTo("119s");
    assertThat(PredictionTable.age(120)).isEqualTo("2m");
    assertThat(PredictionTable.age(7_200)).isEqualTo("2h");
  }

  @Test
  void theTrendIsOfTheLatestConfidences() {
    for (int i = 0; i <= 10; i++) {
      table.accept(prediction("d1").at(i).label("healthy", i / 10.0).received());
    }

    assertThat(table.lines().get(2)).contains(" ▃▄▅▅▆▇██ ");
  }

  @Test
  void theFirstLineCountsDevicesByStableLabel() {
    table.accept(prediction("d1").stable("imbalance").received());
    table.accept(prediction("d2").stable("healthy").received());
    table.accept(prediction("d3").stable("healthy").received());

    assertThat(table.lines().get(0)).isEqualTo("2 healthy   1 imbalance");
  }

  @Test
  void aWideTerminalShowsLongerNames() {
    String name = "a-name-of-twenty-four-l.";
    PredictionTable wide = table(160, false);
    wide.accept(prediction(name).received());

    assertThat(wide.lines().get(2)).startsWith(name + " healthy ");
  }

  @Test
  void everyClassHasOneColorAndTextTakesNoMoreRoom() {
    PredictionTable colored = table(80, true);
    colored.accept(prediction("d1").received());
    colored.accept(prediction("d2").label("imbalance", 0.9).received());
    table.accept(prediction("d1").received());
    table.accept(prediction("d2").label("imbalance", 0.9).received());

    List<String> lines = colored.lines();
    String healthy = color(lines.get(2));
    assertThat(healthy).isNotEqualTo(color(lines.get(3)));
    assertThat(lines.get(3)).contains(ESCAPE + healthy + "healthy");
    assertThat(lines.stream().map(line -> line.replaceAll("\u001b\\[\\d+m", "").stripTrailing()))
        .containsExactlyElementsOf(table.lines());
  }

  /** The first color of a line. */
  private static String color(String line) {
    int at = line.indexOf(ESCAPE) + ESCAPE.length();
    return line.substring(at, line.indexOf('m', at) + 1);
  }
}
