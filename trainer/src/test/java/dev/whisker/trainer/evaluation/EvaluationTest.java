package dev.whisker.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.JsonCodec;
import dev.whisker.schemas.Prediction;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final WindowSpec SPEC = WindowSpec.of(Samples.PERIOD_MICROS, 2, 2);
  private static final Manifest MANIFEST = manifest("a", "b", "c");

  @Test
  void theScoresOfAMatrixAreThoseComputedByHand() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b", "c"));
    count(matrix, 0, 0, 4);
    count(matrix, 0, 1, 1);
    count(matrix, 1, 0, 2);
    count(matrix, 1, 1, 3);
    assertThat(matrix.windows()).isEqualTo(10);
    assertThat(matrix.accuracy()).isEqualTo(0.7);
    ConfusionMatrix.ClassScore a = matrix.perClass().get("a");
    assertThat(a.precision()).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(a.recall()).isCloseTo(0.8, within(1e-12));
    assertThat(a.f1()).isCloseTo(8.0 / 11, within(1e-12));
    assertThat(a.support()).isEqualTo(5);
    assertThat(matrix.perClass().get("b").f1()).isCloseTo(6.0 / 9, within(1e-12));
    assertThat(matrix.perClass().get("c").f1()).isZero();
    // Class c is neither true nor predicted anywhere.
    assertThat(matrix.macroF1()).isCloseTo((8.0 / 11 + 6.0 / 9) / 2, within(1e-12));
    assertThat(matrix.rows()).containsExactly(List.of(4, 1, 0), List.of(2, 3, 0), List.of(0, 0, 0));
  }

  @Test
  void anEmptyMatrixScoresNothing() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"));
    assertThat(matrix.accuracy()).isZero();
    assertThat(matrix.macroF1()).isZero();
  }

  @Test
  void windowsAreScoredByDeviceAndThoseWithoutAKnownTruthAreCountedApart() {
    // Windows of two samples: a right, b wrong, no truth, a label that the model does not know.
    Recording first = recording("d1", "a,a,b,b,a,b,x,x", 0, 0, 0, 0);
    Recording second = recording("d2", "c,c", 2);
    Evaluation evaluation =
        Evaluator.evaluate(MANIFEST, Part.ALL, classified(windows(first), windows(second)));
    assertThat(evaluation.windows()).isEqualTo(3);
    assertThat(evaluation.withoutTruth()).isEqualTo(1);
    assertThat(evaluation.unknownTruth()).isEqualTo(1);
    assertThat(evaluation.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(evaluation.perDevice())
        .containsExactly(
            Map.entry("d1", new Manifest.DeviceScore(0.5, 2)),
            Map.entry("d2", new Manifest.DeviceScore(1, 1)));
    assertThat(evaluation.baselines()).isNull();
  }

  @Test
  void recordingsWithoutAnyTruthCannotBeScored() {
    List<ClassifiedWindows> classified = classified(windows(recording("d", "x,x", 0)));
    assertThatThrownBy(() -> Evaluator.evaluate(MANIFEST, Part.ALL, classified))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("None of the 1 windows can be scored");
  }

  @Test
  void baselinesAreTheMostFrequentLabelAndTheNearestWindowOfTheTrainingPart() {
    DeviceWindows training = windows(recording("t", "a,a,a,a,b,b", 0, 1, 10));
    DeviceWindows test = windows(recording("d", "a,a,b,b,c,c", 2, 9, 11));
    Manifest.Baselines baselines = Evaluator.baselines(MANIFEST, List.of(training), List.of(test));
    assertThat(baselines.majority().accuracy()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(baselines.nearestNeighbor().accuracy()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(baselines.nearestNeighbor().windows()).isEqualTo(3);
    assertThat(baselines.nearestNeighbor().trainingWindows()).isEqualTo(3);
    assertThat(Evaluator.baselines(MANIFEST, List.of(), List.of(test))).isNull();
  }

  @Test
  void predictionsAreWrittenInOrderWithTheStableLabelOfEachDevice(@TempDir Path folder)
      throws IOException {
    List<ClassifiedWindows> classified =
        classified(
            windows(recording("d1", "a,a,b,b,a,b", 0, 1, 1)), windows(recording("d2", "b,b", 1)));
    Path file = folder.resolve("predictions.jsonl");
    PredictionFile.write(file, MANIFEST, classified);
    List<Prediction> predictions = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      predictions.add(JsonCodec.decodePrediction(line.getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(predictions).extracting(Prediction::device).containsExactly("d1", "d1", "d1", "d2");
    assertThat(predictions).extracting(Prediction::label).containsExactly("a", "b", "b", "b");
    assertThat(predictions)
        .extracting(Prediction::stableLabel)
        .containsExactly("UNKNOWN", "UNKNOWN", "b", "UNKNOWN");
    assertThat(predictions).extracting(Prediction::truth).containsExactly("a", "b", null, "b");
    assertThat(predictions.get(1).windowStartMicros()).isEqualTo(2 * Samples.PERIOD_MICROS);
    assertThat(predictions.get(1).windowEndMicros()).isEqualTo(3 * Samples.PERIOD_MICROS);
  }

  @Test
  void moreWindowsThanABatchAreClassifiedInOrder() {
    Recording recording = Samples.counting("d", 1_000, i -> "a");
    SequenceClassifier echo =
        classifier(
            (windows, w, probabilities) -> {
              probabilities[3 * w] = windows[2 * w];
              probabilities[3 * w + 1] = windows[2 * w + 1];
            });
    ClassifiedWindows classified =
        ClassifiedWindows.of(echo, 3, List.of(windows(recording))).get(0);
    for (int i = 0; i < 500; i++) {
      assertThat(classified.probabilities()[3 * i]).isEqualTo(2 * i);
      assertThat(classified.probabilities()[3 * i + 1]).isEqualTo(2 * i + 1);
    }
  }

  private static void count(ConfusionMatrix matrix, int truth, int predicted, int times) {
    for (int i = 0; i < times; i++) {
      matrix.add(truth, predicted);
    }
  }

  /** Two samples with the same value for each window; the labels are separated by commas. */
  private static Recording recording(String device, String labels, float... valueOfWindow) {
    String[] ofSample = labels.split(",");
    long[] times = new long[ofSample.length];
    float[] values = new float[ofSample.length];
    for (int i = 0; i < values.length; i++) {
      times[i] = i * Samples.PERIOD_MICROS;
      values[i] = valueOfWindow[i / 2];
    }
    return new Recording(device, 1, times, values, ofSample);
  }

  private static DeviceWindows windows(Recording recording) {
    return new Block(recording, 0, recording.samples()).windows(SPEC);
  }

  /** By a model that takes a window's value for the index of its label. */
  private static List<ClassifiedWindows> classified(DeviceWindows... devices) {
    SequenceClassifier model =
        classifier(
            (windows, w, probabilities) -> {
              for (int label = 0; label < 3; label++) {
                probabilities[3 * w + label] = label == (int) windows[2 * w] ? 0.8f : 0.1f;
              }
            });
    return ClassifiedWindows.of(model, 3, List.of(devices));
  }

  private interface OneWindow {
    void classify(float[] windows, int window, float[] probabilities);
  }

  private static SequenceClassifier classifier(OneWindow one) {
    return new SequenceClassifier() {
      @Override
      public void classify(float[] windows, int count, float[] probabilities) {
        for (int w = 0; w < count; w++) {
          one.classify(windows, w, probabilities);
        }
      }

      @Override
      public void close() {}
    };
  }

  private static Manifest manifest(String... labels) {
    return new Manifest(
        Bundle.FORMAT_VERSION,
        "model",
        "1",
        "2026-01-01T00:00:00Z",
        List.of(new Channel("x", "")),
        SPEC,
        1,
        List.of(labels),
        new Normalizer(List.of(0f), List.of(1f)),
        1,
        0,
        Smoothing.DEFAULT,
        List.of(),
        null,
        null,
        null,
        Map.of());
  }
}
