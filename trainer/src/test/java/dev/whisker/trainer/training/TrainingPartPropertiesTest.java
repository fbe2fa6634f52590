package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Nothing of the other parts gets into the training, however recordings are split. */
class TrainingPartPropertiesTest {
  private static final int SAMPLES = 300;
  private static final List<String> STATES = List.of("a", "b", "c");

  @Property(tries = 40)
  void statisticsAreOfTheTrainingPartAlone(
      @ForAll Split.Kind kind, @ForAll boolean states, @ForAll long seed) {
    Recordings recordings = numbered(9, states);
    TrainingData data = data(recordings, kind, seed);
    Set<Float> training = samples(data.trainingBlocks());
    Recordings changed = changed(recordings, training);
    TrainingData other = data(changed, kind, seed);
    assertThat(other.split()).isEqualTo(data.split());
    Statistics expected = new Statistics(data.trainingBlocks());
    Statistics actual = new Statistics(other.trainingBlocks());
    assertThat(actual.normalizer()).isEqualTo(expected.normalizer());
    assertThat(actual.histograms()).isEqualTo(expected.histograms());
  }

  @Property(tries = 40)
  void batchesHoldSamplesOfTheTrainingPartAlone(
      @ForAll Split.Kind kind,
      @ForAll boolean states,
      @ForAll boolean roll,
      @ForAll @IntRange(min = 1, max = 20) int hop,
      @ForAll long seed) {
    Recordings recordings = numbered(9, states);
    TrainingSettings settings = settings(kind, seed).hop(hop).batch(16).build();
    TrainingData data = new TrainingData(recordings, null, settings);
    Set<Float> training = samples(data.trainingBlocks());
    LabelledWindows windows = data.labelled(data.training());
    Batches batches = new Batches(windows, unit(), settings, roll);
    Set<Float> drawn = new HashSet<>();
    batches.begin(1);
    while (batches.next()) {
      for (int i = 0; i < batches.count() * 20; i++) {
        drawn.add(batches.values()[i]);
      }
    }
    assertThat(drawn).isNotEmpty();
    drawn.removeAll(training);
    assertThat(drawn).isEmpty();
  }

  @Property(tries = 40)
  void noSampleIsInTheWindowsOfTwoParts(
      @ForAll Split.Kind kind, @ForAll boolean states, @ForAll long seed) {
    TrainingData data = data(numbered(9, states), kind, seed);
    Set<Float> seen = new HashSet<>();
    int samples = 0;
    for (List<DeviceWindows> part : List.of(data.training(), data.validation(), data.test())) {
      Set<Float> own = new HashSet<>();
      float[] values = new float[20];
      for (DeviceWindows block : part) {
        block
            .windows()
            .forEach(
                window -> {
                  window.copyTo(values, 0);
                  for (float value : values) {
                    own.add(value);
                  }
                });
      }
      samples += own.size();
      seen.addAll(own);
    }
    assertThat(seen).hasSize(samples).isNotEmpty();
  }

  private static TrainingData data(Recordings recordings, Split.Kind kind, long seed) {
    return new TrainingData(recordings, null, settings(kind, seed).build());
  }

  private static TrainingSettings.Builder settings(Split.Kind kind, long seed) {
    return TrainingSettings.builder().network("dense").window(20).hop(10).split(kind).seed(seed);
  }

  private static Normalizer unit() {
    return new Normalizer(List.of(0f), List.of(1f));
  }

  /** Every sample has a value of its own; labels are a state after the other, or one a device. */
  private static Recordings numbered(int devices, boolean states) {
    List<Recording> recordings = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      long[] times = new long[SAMPLES];
      float[] values = new float[SAMPLES];
      String[] labels = new String[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        times[i] = i * Samples.PERIOD_MICROS;
        values[i] = d * SAMPLES + i;
        labels[i] = STATES.get(states ? i / 100 : d % 3);
      }
      recordings.add(new Recording("d" + d, 1, times, values, labels));
    }
    return Recordings.of(List.of("x"), recordings);
  }

  private static Set<Float> samples(List<Block> blocks) {
    Set<Float> samples = new HashSet<>();
    for (Block block : blocks) {
      for (int i = block.from(); i < block.to(); i++) {
        samples.add(block.recording().values()[i]);
      }
    }
    return samples;
  }

  /** The same recordings with other values in all samples but the given ones. */
  private static Recordings changed(Recordings recordings, Set<Float> kept) {
    List<Recording> changed = new ArrayList<>();
    for (Recording recording : recordings.recordings()) {
      float[] values = recording.values().clone();
      long[] times = new long[values.length];
      Arrays.setAll(times, recording::timeMicros);
      for (int i = 0; i < values.length; i++) {
        values[i] = kept.contains(values[i]) ? values[i] : 1e6f + i;
      }
      changed.add(new Recording(recording.device(), 1, times, values, recording.labels()));
    }
    return Recordings.of(recordings.channels(), changed);
  }
}
