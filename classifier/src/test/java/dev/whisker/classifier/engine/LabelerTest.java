package dev.whisker.classifier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.whisker.classifier.TestModel;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.RecordingWindows;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelerTest {
  private static final long T0 = 1_769_860_800_000_000L;

  private final StableLabel stable = new StableLabel(new Smoothing(2, 3));

  /** Four samples at 1 kHz, the third one filled. */
  private static Window window() {
    RecordingWindows windows =
        new RecordingWindows(
            TestModel.manifest(0).window(), TestModel.manifest(0).channels().size());
    for (int i : new int[] {0, 1, 3}) {
      windows.accept(T0 + 1_000 * i, new float[2], 0, "high");
    }
    return windows.finish().get(0);
  }

  private static Labeler labeler(double rejectThreshold, String... labels) {
    return new Labeler(TestModel.manifest(List.of(labels), rejectThreshold));
  }

  private Prediction label(Labeler labeler, float... probabilities) {
    return labeler.label("d1", window(), probabilities, 0, stable);
  }

  @Test
  void aPredictionTellsItsWindowAndModel() {
    Prediction prediction = label(labeler(0, "low", "high"), 0.25f, 0.75f);
    assertThat(prediction.device()).isEqualTo("d1");
    assertThat(prediction.windowStartMicros()).isEqualTo(T0);
    assertThat(prediction.windowEndMicros()).isEqualTo(T0 + 3_000);
    assertThat(prediction.filled()).isEqualTo(0.25f);
    assertThat(prediction.truth()).isEqualTo("high");
    assertThat(prediction.model()).isEqualTo("pumps");
    assertThat(prediction.modelVersion()).isEqualTo("v7");
  }

  @Test
  void theLabelIsTheMostProbableOne() {
    Prediction prediction = label(labeler(0, "a", "b", "c"), 0.25f, 0.625f, 0.125f);
    assertThat(prediction.label()).isEqualTo("b");
    assertThat(prediction.confidence()).isEqualTo(0.625f);
    assertThat(prediction.status()).isEqualTo(Prediction.Status.OK);
  }

  @Test
  void ofEquallyProbableLabelsTheFirstIsTaken() {
    assertThat(label(labeler(0, "a", "b", "c"), 0.2f, 0.4f, 0.4f).label()).isEqualTo("b");
    assertThat(label(labeler(0, "a", "b"), 0.5f, 0.5f).label()).isEqualTo("a");
  }

  @Test
  void probabilitiesAreInTheOrderOfTheLabels() {
    assertThat(label(labeler(0, "z", "m", "a"), 0.25f, 0.625f, 0.125f).probabilities())
        .containsExactly(entry("z", 0.25f), entry("m", 0.625f), entry("a", 0.125f));
  }

  @Test
  void aProbabilityThatIsNoNumberMakesThePredictionUncertain() {
    Prediction prediction = label(labeler(0, "a", "b"), Float.NaN, Float.NaN);
    assertThat(prediction.status()).isEqualTo(Prediction.Status.UNCERTAIN);
    assertThat(prediction.confidence()).isZero();
    assertThat(prediction.probabilities()).containsExactly(entry("a", 0f), entry("b", 0f));
    assertThat(prediction.stableLabel()).isEqualTo("UNKNOWN");
  }

  @Test
  void probabilitiesAreReadFromTheirOffset() {
    float[] probabilities = {0.9f, 0.1f, 0.25f, 0.75f};
    Prediction prediction =
        labeler(0, "low", "high").label("d1", window(), probabilities, 2, stable);
    assertThat(prediction.label()).isEqualTo("high");
    assertThat(prediction.probabilities())
        .containsExactly(entry("low", 0.25f), entry("high", 0.75f));
  }

  @Test
  void aConfidenceBelowTheThresholdIsUncertain() {
    Labeler labeler = labeler(0.75, "low", "high");
    assertThat(label(labeler, 0.25f, 0.75f).status()).isEqualTo(Prediction.Status.OK);
    Prediction doubtful = label(labeler, 0.2501f, 0.7499f);
    assertThat(doubtful.status()).isEqualTo(Prediction.Status.UNCERTAIN);
    assertThat(doubtful.label()).isEqualTo("high");
  }

  @Test
  void anUncertainWindowHasNoVote() {
    Labeler labeler = labeler(0.75, "low", "high");
    assertThat(label(labeler, 0.1f, 0.9f).stableLabel()).isEqualTo("UNKNOWN");
    assertThat(label(labeler, 0.4f, 0.6f).stableLabel()).isEqualTo("UNKNOWN");
    assertThat(label(labeler, 0.1f, 0.9f).stableLabel()).isEqualTo("high");
    assertThat(label(labeler, 0.6f, 0.4f).stableLabel()).isEqualTo("high");
    assertThat(label(labeler, 0.6f, 0.4f).stableLabel()).isEqualTo("high");
    assertThat(label(labeler, 0.9f, 0.1f).stableLabel()).isEqualTo("high");
    assertThat(label(labeler, 0.9f, 0.1f).stableLabel()).isEqualTo("low");
  }

  @Test
  void theStableLabelOfAFilterFollowsProbabilitiesAlsoOfUncertainWindows() {
    Smoothing filter =
        Smoothing.by(
            new Markov(
                List.of(List.of(0.9, 0.1), List.of(0.1, 0.9)),
                List.of(0.5, 0.5),
                List.of(0.5, 0.5),
                1));
    StableLabel filtered = new StableLabel(filter);
    Labeler labeler = labeler(0.95, "low", "high");
    Prediction uncertain = labeler.label("d1", window(), new float[] {0.1f, 0.9f}, 0, filtered);
    assertThat(uncertain.status()).isEqualTo(Prediction.Status.UNCERTAIN);
    assertThat(uncertain.stableLabel()).isEqualTo("high");
  }

  @Test
  void indicesHaveNames() {
    Labeler labeler = labeler(0, "low", "high");
    assertThat(labeler.name(StableLabel.NONE)).isEqualTo("UNKNOWN");
    assertThat(labeler.name(1)).isEqualTo("high");
  }
}
