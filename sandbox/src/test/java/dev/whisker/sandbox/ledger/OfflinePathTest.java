package dev.whisker.sandbox.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.RecordingWindows;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.sandbox.replay.RecordedReadings;
import dev.whisker.schemas.Prediction;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfflinePathTest {
  private static final int CHANNELS = 2;
  private static final int SAMPLES = 3_000;

  @ParameterizedTest
  @CsvSource({"lstm, 2-of-3", "lstm, markov", "stateful-lstm, markov"})
  void chunksOfReadingsGiveThePredictionsOfWholeRecordings(String network, String smoothing) {
    Recordings recordings =
        Recordings.of(
            List.of("x", "y"), List.of(recording("d1", 1), recording("d2", 2), recording("d3", 3)));
    Bundle bundle = train(recordings, network, smoothing);
    assertThat(bundle.manifest().smoothing().form()).isEqualTo(smoothing);

    Map<String, List<Prediction>> live = new HashMap<>();
    try (OfflinePath path = new OfflinePath(bundle, "onnx")) {
      new RecordedReadings(recordings, 17, true, 0)
          .forEachRemaining(
              reading ->
                  live.computeIfAbsent(reading.device(), device -> new ArrayList<>())
                      .addAll(path.accept(reading)));
    }

    for (Recording recording : recordings.recordings()) {
      assertThat(live.get(recording.device())).isNotEmpty().isEqualTo(whole(bundle, recording));
    }
  }

  /** Noise in two loudnesses, jittered, with a gap in the middle. */
  private static Recording recording(String device, long seed) {
    Random random = new Random(seed);
    long[] times = new long[SAMPLES];
    float[] values = new float[SAMPLES * CHANNELS];
    String[] labels = new String[SAMPLES];
    long now = 1_000_000;
    for (int i = 0; i < SAMPLES; i++) {
      boolean loud = i / 500 % 2 == 1;
      now += 10_000 + random.nextInt(2_000) - 1_000 + (i == SAMPLES / 2 ? 500_000 : 0);
      times[i] = now;
      labels[i] = loud ? "loud" : "quiet";
      values[CHANNELS * i] = (float) random.nextGaussian() * (loud ? 3 : 1);
      values[CHANNELS * i + 1] = (float) random.nextGaussian();
    }
    return new Recording(device, CHANNELS, times, values, labels);
  }

  private static Bundle train(Recordings recordings, String network, String smoothing) {
    TrainingSettings settings =
        TrainingSettings.builder()
            .network(network)
            .periodMicros(10_000.0)
            .window(40)
            .hop(network.equals("lstm") ? 15 : null)
            .frame(4)
            .units(4)
            .epochs(1)
            .testShare(0)
            .smoothing(smoothing)
            .minPrecision(0.8)
            .build();
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    return new Training(clock)
        .train(recordings, null, settings, TrainingProgress.silent())
        .bundle();
  }

  private static List<Prediction> whole(Bundle bundle, Recording recording) {
    WindowSpec spec = bundle.manifest().window();
    RecordingWindows cutter = new RecordingWindows(spec, CHANNELS);
    for (int i = 0; i < recording.samples(); i++) {
      cutter.accept(recording.timeMicros(i), recording.values(), i * CHANNELS, recording.label(i));
    }
    Labeler labeler = new Labeler(bundle.manifest());
    StableLabel stable = new StableLabel(bundle.manifest().smoothing());
    List<Prediction> predictions = new ArrayList<>();
    try (SequenceClassifier classifier = Engine.named("onnx").open(bundle)) {
      float[] values = new float[spec.length() * CHANNELS];
      float[] probabilities = new float[bundle.manifest().labels().size()];
      float[] state = new float[classifier.stateSize()];
      GridBuffer latest = null;
      for (Window window : cutter.finish()) {
        if (window.buffer() != latest) { // begins the recording, or follows on the gap
          Arrays.fill(state, 0);
          latest = window.buffer();
        }
        window.copyTo(values, 0);
        classifier.classify(values, 1, state, probabilities);
        predictions.add(labeler.label(recording.device(), window, probabilities, 0, stable));
      }
    }
    return predictions;
  }
}
