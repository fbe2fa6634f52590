package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.split.Parts;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StatefulTrainingTest {
  private static final int LENGTH = 8;
  private static final Recordings MEMORY = memory(16, 20, 1);

  private static TrainedModel model;

  /**
   * Windows whose label says which of two signs the window before had: what a window itself holds
   * says nothing of it. Every eighth window has no label, and one recording a gap in its middle.
   */
  private static Recordings memory(int devices, int windows, long seed) {
    Random random = new Random(seed);
    List<Recording> recordings = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      int samples = windows * LENGTH;
      long[] times = new long[samples];
      float[] values = new float[samples];
      String[] labels = new String[samples];
      boolean before = false;
      boolean sign = false;
      for (int i = 0; i < samples; i++) {
        if (i % LENGTH == 0) {
          before = sign;
          sign = random.nextBoolean();
        }
        times[i] = (i + (d == 0 && i >= samples / 2 ? 50 : 0)) * Samples.PERIOD_MICROS;
        values[i] = (float) ((sign ? 1 : -1) + 0.3 * random.nextGaussian());
        boolean unlabelled = (i / LENGTH + d) % 8 == 5;
        labels[i] = unlabelled ? null : before ? "after-plus" : "after-minus";
      }
      recordings.add(new Recording("device-" + d, 1, times, values, labels));
    }
    return Recordings.of(List.of("x"), recordings);
  }

  private static TrainingSettings.Builder settings(String network) {
    return TrainingSettings.builder()
        .network(network)
        .created(Instant.EPOCH)
        .window(LENGTH)
        .frame(4)
        .units(16)
        .embedding(0)
        .shift(false)
        .batch(16)
        .learningRate(0.02)
        .epochs(15);
  }

  private static TrainedModel train(Recordings recordings, TrainingSettings settings) {
    return new Training(Clock.systemUTC())
        .train(recordings, null, settings, TrainingProgress.silent());
  }

  @BeforeAll
  static void train() {
    model = train(MEMORY, settings("stateful-lstm").build());
  }

  @Test
  void whatTheWindowBeforeHeldIsRemembered() {
    assertThat(model.test().accuracy()).isGreaterThan(0.95);
    assertThat(model.validationAccuracy()).isGreaterThan(0.95);
    TrainedModel stateless =
        train(MEMORY, settings("lstm").hop(LENGTH).roll(false).epochs(5).build());
    assertThat(stateless.test().accuracy()).isLessThan(0.7);
  }

  @Test
  void theBundleSaysWhatItCarriesAndThatWindowsTumble() {
    Manifest manifest = model.bundle().manifest();
    assertThat(manifest.state()).isEqualTo(new Manifest.State(16, 16));
    assertThat(manifest.window().hop()).isEqualTo(LENGTH);
    assertThat(model.parity()).isLessThan(Training.MOST_DIFFERENCE);
    assertThat(model.parityWindows())
        .isEqualTo(model.test().windows() + model.test().withoutTruth());
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    TrainingSettings short1 = settings("stateful-lstm").epochs(1).layers(2).dropout(0.1).build();
    byte[] bytes = train(MEMORY, short1).bundle().toBytes();
    assertThat(train(MEMORY, short1).bundle().toBytes()).isEqualTo(bytes);
  }

  @Test
  void windowsAreClassifiedOneAfterTheOtherAndStartOverAfterAGap() {
    Manifest manifest = model.bundle().manifest();
    List<DeviceWindows> devices =
        Parts.windows(Parts.blocks(MEMORY, manifest.split(), Part.ALL), manifest.window());
    assertThat(devices.get(0).gaps()).isEqualTo(1);
    for (String engine : List.of("onnx", "dl4j")) {
      try (SequenceClassifier classifier = Engine.named(engine).open(model.bundle())) {
        List<ClassifiedWindows> alone = ClassifiedWindows.of(classifier, 2, devices);
        List<ClassifiedWindows> inStep = ClassifiedWindows.inStep(classifier, 2, devices);
        for (int d = 0; d < devices.size(); d++) {
          float[] expected = inTurn(classifier, devices.get(d).windows());
          assertThat(alone.get(d).probabilities()).isEqualTo(expected);
          assertThat(inStep.get(d).probabilities()).containsExactly(expected, within(1e-2f));
        }
      }
    }
  }

  /** One window after the other; zeros where another buffer begins. */
  private static float[] inTurn(SequenceClassifier classifier, List<Window> windows) {
    float[] all = new float[2 * windows.size()];
    float[] state = new float[classifier.stateSize()];
    float[] values = new float[LENGTH];
    float[] probabilities = new float[2];
    for (int i = 0; i < windows.size(); i++) {
      if (i > 0 && windows.get(i).buffer() != windows.get(i - 1).buffer()) {
        Arrays.fill(state, 0);
      }
      windows.get(i).copyTo(values, 0);
      classifier.classify(values, 1, state, probabilities);
      System.arraycopy(probabilities, 0, all, 2 * i, 2);
    }
    return all;
  }

  @Test
  void augmentationThatWouldTearWindowsApartIsToldToBeLeftOut() {
    RecordedProgress progress = new RecordedProgress();
    TrainingSettings short1 = settings("stateful-lstm").epochs(1).build();
    new Training(Clock.systemUTC()).train(MEMORY, null, short1, progress);
    assertThat(progress.notes).noneMatch(note -> note.contains("--time-warp"));
    TrainingSettings warped = settings("stateful-lstm").epochs(1).timeWarp(0.1).build();
    new Training(Clock.systemUTC()).train(MEMORY, null, warped, progress);
    assertThat(progress.notes).anyMatch(note -> note.contains("trained without --roll, --scaling"));
  }

  @Test
  void anotherHopIsRefused() {
    assertThatThrownBy(() -> train(MEMORY, settings("stateful-lstm").hop(4).build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(
            "a hop of 8 samples, the window's length, is expected and --hop is 4");
  }

  @Test
  void recordingsOfOneWindowEachAreRefused() {
    assertThatThrownBy(() -> train(Samples.sines(12, LENGTH, 1), settings("stateful-lstm").build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no window of 8 samples of the training part follows on another one")
        .hasMessageContaining("Use --network lstm");
  }
}
