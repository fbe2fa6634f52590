package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recordings;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariableLengthTest {
  private static final Recordings SERIES = Samples.series(40, 10, 29);

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
}
