package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.Comparison.Row;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Recordings SINES = Samples.sines(12, 120, 1);

  @Test
  void aKindThatCannotBeTrainedIsToldAndTheOthersAreCompared() {
    // Steps this large take the dense network beyond all numbers; what is left of tanh is bounded.
    RecordedProgress progress = new RecordedProgress();
    List<Row> rows =
        new Comparison(Clock.systemUTC())
            .compare(
                SINES,
                null,
                small().learningRate(1e13).build(),
                List.of("dense", "rnn"),
                1,
                0,
                progress);
    assertThat(rows)
        .extracting(Row::name)
        .contains("rnn", "random-kernels")
        .doesNotContain("dense");
    assertThat(progress.notes)
        .anySatisfy(
            note -> assertThat(note).startsWith("dense cannot be trained: Training diverged"));
  }

  @Test
  void whatWasStoppedIsLeftOutOfTheTable() {
    RecordedProgress progress = new RecordedProgress();
    // In the second kind's first epoch.
    List<Row> rows =
        new Comparison(Clock.systemUTC(), () -> progress.epochs.size() == 3)
            .compare(SINES, null, small().build(), List.of("rnn", "dense"), 1, 0, progress);
    assertThat(rows)
        .extracting(Row::name)
        .filteredOn(name -> !name.endsWith(Comparison.FILTERED))
        .containsExactly(
            "majority", "nearest-neighbor", "nearest-neighbor-dtw", "random-kernels", "rnn");
  }

  @Test
  void aRoundThatWasStoppedDoesNotSpoilTheOnesBefore() {
    RecordedProgress progress = new RecordedProgress();
    List<Row> rows =
        new Comparison(Clock.systemUTC(), () -> progress.epochs.size() == 5)
            .compare(SINES, null, small().build(), List.of("rnn", "dense"), 2, 0, progress);
    assertThat(rows)
        .filteredOn(row -> !row.name().endsWith(Comparison.FILTERED))
        .hasSize(6)
        .allMatch(row -> row.runs() == 1);
  }

  @Test
  void aComparisonThatLeavesNothingFails() {
    Recordings unlabelled =
        Recordings.of(List.of("x"), List.of(Samples.counting("a", 100, i -> null)));
    assertThatThrownBy(
            () ->
                new Comparison(Clock.systemUTC())
                    .compare(
                        unlabelled,
                        null,
                        small().build(),
                        List.of("rnn"),
                        1,
                        0,
                        TrainingProgress.silent()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("at least two labels are expected");
  }

  @Test
  void aBaselineIsCalledBetterOnlyIfItIs() {
    Row network = row("lstm", true, 0.95, 0, 1);
    assertThat(Comparison.recommendation(List.of(row("kernels", false, 0.95, 0, 1), network)))
        .isEqualTo("Take lstm: it is the only network (0.9500).");
    assertThat(Comparison.recommendation(List.of(row("kernels", false, 0.99, 0, 1), network)))
        .contains("kernels is better (0.9900), but is not served");
    assertThat(Comparison.recommendation(List.of(row("kernels", false, 0.951, 0, 1), network)))
        .contains("kernels is better (0.9510), though by no more than chance, but is not served");
  }

  @Test
  void aDifferenceWithinTheSpreadIsSaidToBeChance() {
    List<Row> mixed = List.of(row("lstm", true, 0.95, 0.02, 3), row("cnn", true, 0.94, 0.01, 3));
    assertThat(Comparison.recommendation(mixed))
        .startsWith("Take lstm: it is the most accurate network (0.9500).")
        .contains("ahead of cnn may be chance: the difference is within the spread over 3 runs");
    List<Row> clear = List.of(row("lstm", true, 0.95, 0.02, 3), row("cnn", true, 0.92, 0.01, 3));
    assertThat(Comparison.recommendation(clear)).doesNotContain("chance");
    // 100 windows: a standard error of 0.02.
    List<Row> once = List.of(row("lstm", true, 0.95, 0, 1), row("cnn", true, 0.94, 0, 1));
    assertThat(Comparison.recommendation(once)).contains("--seeds or --folds would tell");
  }

  @Test
  void onlyWhatWasTrainedOnEverySplitIsRecommended() {
    List<Row> rows = List.of(row("lstm", true, 0.99, 0.02, 2), row("cnn", true, 0.94, 0.01, 3));
    assertThat(Comparison.recommendation(rows)).startsWith("Take cnn: it is the only network");
  }

  private static Row row(String name, boolean network, double accuracy, double sd, int runs) {
    return new Row(
        name, network, accuracy, accuracy, sd, 1, 10, 1_000, accuracy, accuracy, sd, runs, 100);
  }

  private static TrainingSettings.Builder small() {
    return TrainingSettings.builder().window(20).hop(10).units(8).embedding(8).batch(32).epochs(2);
  }
}
