package dev.whisker.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.trainer.recording.RecordedPeriod;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.TrainedModel;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real recordings of a cooling fan (UCI 846), kept beside the repository. */
class FanTest {
  private static final Path FAN = Path.of("..", "..", "shared", "data", "fan", "fan.csv.gz");

  @Test
  void aFewEpochsOnRealRecordingsAreBetterThanTheMostFrequentLabel() {
    assumeThat(FAN).as("the fan's recordings, which are not in the repository").exists();
    Recordings fan = RecordingReader.read(List.of(FAN));
    assertThat(fan.channels()).containsExactly("x", "y", "z");
    assertThat(fan.recordings()).hasSize(51);
    assertThat(fan.recordings().stream().mapToInt(Recording::samples).sum()).isEqualTo(153_000);
    assertThat(RecordedPeriod.guess(fan)).isEqualTo(20_000);
    TrainedModel model =
        new Training(Clock.systemUTC())
            .train(
                fan,
                null,
                TrainingSettings.builder()
                    .network("lstm")
                    .split(Split.Kind.TIME)
                    .window(100)
                    .hop(50)
                    .epochs(2)
                    .build(),
                TrainingProgress.silent());
    assertThat(model.test().windows()).isEqualTo(51 * 17);
    assertThat(model.test().accuracy())
        .isGreaterThan(model.test().baselines().majority().accuracy());
  }
}
