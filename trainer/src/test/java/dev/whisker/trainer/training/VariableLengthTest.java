package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariableLengthTest {
  private static final int LONGEST = 29;
  private static final Recordings SERIES = series();

  @Test
  void aWindowHasRoomForTheLongestSeriesAndHalfTheShortestIsEnough() {
    WindowSpec spec = WindowShape.of(SERIES, TrainingSettings.builder().build());
    assertThat(spec.length()).isEqualTo(32);
    assertThat(spec.hop()).isEqualTo(32);
    assertThat(spec.shortest()).isEqualTo(5);
  }

  @Test
  void aWindowThatIsSetIsNeverPadded() {
    WindowSpec spec = WindowShape.of(SERIES, TrainingSettings.builder().window(8).build());
    assertThat(spec.pads()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "bilstm", "rnn", "cnn", "cnn-lstm", "dense"})
  void everySeriesIsOneWindowThatBothEnginesAgreeOn(String network) {
    TrainingSettings settings =
        TrainingSettings.builder().network(network).units(8).embedding(8).epochs(2).build();
    TrainedModel trained =
        new Training(Clock.systemUTC()).train(SERIES, null, settings, TrainingProgress.silent());
    int windows =
        trained.trainingWindows() + trained.validationWindows() + trained.test().windows();
    assertThat(windows).isEqualTo(SERIES.recordings().size());
    assertThat(trained.parity()).isLessThan(1e-5f);
    assertThat(trained.history())
        .allSatisfy(
            epoch -> {
              assertThat(epoch.loss()).isFinite();
              assertThat(epoch.validationLoss()).isFinite();
            });
  }

  /** Sines of 10 to {@value #LONGEST} samples. */
  private static Recordings series() {
    List<Recording> whole = Samples.sines(40, LONGEST, 3).recordings();
    return Recordings.of(
        List.of("x", "y"),
        IntStream.range(0, whole.size())
            .mapToObj(n -> shortened(whole.get(n), 10 + n % (LONGEST - 9)))
            .toList(),
        true);
  }

  private static Recording shortened(Recording recording, int samples) {
    long[] times = new long[samples];
    String[] labels = new String[samples];
    for (int i = 0; i < samples; i++) {
      times[i] = recording.timeMicros(i);
      labels[i] = recording.label(i);
    }
    return new Recording(
        recording.device(), 2, times, Arrays.copyOf(recording.values(), 2 * samples), labels);
  }
}
