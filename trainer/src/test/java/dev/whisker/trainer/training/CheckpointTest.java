package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
  private static final int EPOCHS = 4;
  private static final Recordings SINES = Samples.sines(12, 120, 1);

  /** All epochs take no time, so that histories can be compared too. */
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @TempDir private Path folder;

  @ParameterizedTest
  // Of auto, first the first kind is killed and then the second one.
  @CsvSource({"lstm, 1", "bilstm, 2", "cnn-lstm, 3", "auto, 2", "auto, 5"})
  void whatWasKilledAndResumedIsWhatWouldHaveBeenWithout(String network, int killedAfter)
      throws IOException {
    TrainingSettings settings = small().network(network).build();
    TrainedModel uninterrupted =
        training(Checkpoints.none()).train(SINES, null, settings, TrainingProgress.silent());
    assertThatThrownBy(
            () ->
                training(Checkpoints.in(folder, false))
                    .train(SINES, null, settings, new Killer(killedAfter)))
        .isInstanceOf(Killed.class);
    RecordedProgress recorder = new RecordedProgress();
    TrainedModel resumed =
        training(Checkpoints.in(folder, true)).train(SINES, null, settings, recorder);
    assertThat(resumed.bundle().toBytes()).isEqualTo(uninterrupted.bundle().toBytes());
    assertThat(resumed.history()).isEqualTo(uninterrupted.history());
    assertThat(recorder.epochs)
        .hasSize((network.equals("auto") ? 2 * EPOCHS : EPOCHS) - killedAfter);
    try (var files = Files.list(folder)) {
      assertThat(files).allMatch(file -> file.toString().endsWith(".checkpoint"));
    }
  }

  @Test
  void aTrainingThatWasStoppedGoesOnFromItsLastWholeEpoch() {
    TrainingSettings settings = small().build();
    RecordedProgress recorder = new RecordedProgress();
    // In the middle of the third epoch, which has more than one batch.
    int[] asked = {0};
    TrainedModel stopped =
        new Training(
                CLOCK,
                () -> recorder.epochs.size() >= 2 && asked[0]++ > 1,
                Checkpoints.in(folder, false))
            .train(SINES, null, settings, recorder);
    assertThat(stopped.history()).hasSize(3);
    TrainedModel resumed =
        training(Checkpoints.in(folder, true))
            .train(SINES, null, settings, TrainingProgress.silent());
    assertThat(resumed.bundle().toBytes())
        .isEqualTo(
            training(Checkpoints.none())
                .train(SINES, null, settings, TrainingProgress.silent())
                .bundle()
                .toBytes());
  }

  @Test
  void timeThatHasPassedCountsOnAfterwards() {
    TrainingSettings settings = small().timeLimit(Duration.ofHours(1)).build();
    Clock ticking = new TickingClock();
    assertThatThrownBy(
            () ->
                new Training(ticking, () -> false, Checkpoints.in(folder, false))
                    .train(SINES, null, settings, new Killer(2)))
        .isInstanceOf(Killed.class);
    RecordedProgress recorder = new RecordedProgress();
    new Training(new TickingClock(), () -> false, Checkpoints.in(folder, true))
        .train(SINES, null, settings, recorder);
    TrainingProgress.Epoch third = recorder.epochs.get(0);
    assertThat(third.epoch()).isEqualTo(3);
    assertThat(third.elapsed()).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void anotherTrainingsCheckpointIsRefusedAndTheDifferenceTold() {
    leaveOne();
    assertThatThrownBy(() -> resume(SINES, small().units(9).dropout(0.1).build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("lstm.checkpoint is of another training: ")
        .hasMessageContaining("dropout was 0.3 and is 0.1; units was 8 and is 9. Resume with");
    assertThatThrownBy(() -> resume(Samples.sines(12, 120, 2), small().build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("data was " + SINES.sha256() + " and is ");
  }

  @Test
  void theModelsNameAndTimeOfCreationMayBeOthers() {
    leaveOne();
    assertThat(
            resume(SINES, small().name("other").created(Instant.EPOCH.plusSeconds(9)).build())
                .history())
        .hasSize(EPOCHS);
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    leaveOne();
    Path file = folder.resolve("lstm.checkpoint");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> resume(SINES, small().build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("lstm.checkpoint is damaged (its checksum does not fit)");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> resume(SINES, small().build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("lstm.checkpoint is damaged (it ends too early)");
    Files.write(file, Arrays.copyOf(bytes, 100));
    assertThatThrownBy(() -> resume(SINES, small().build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is damaged");
    Files.writeString(file, "something else");
    assertThatThrownBy(() -> resume(SINES, small().build()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is no checkpoint");
  }

  @Test
  void aCheckpointIsNotOverwrittenUnasked() {
    leaveOne();
    assertThatThrownBy(() -> Checkpoints.in(folder, false))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("Go on from it with --resume");
    Checkpoints.in(folder, true).delete();
    assertThat(Checkpoints.in(folder, false).found()).isFalse();
  }

  private void leaveOne() {
    assertThatThrownBy(
            () ->
                training(Checkpoints.in(folder, false))
                    .train(SINES, null, small().build(), new Killer(1)))
        .isInstanceOf(Killed.class);
  }

  private TrainedModel resume(Recordings recordings, TrainingSettings settings) {
    return training(Checkpoints.in(folder, true))
        .train(recordings, null, settings, TrainingProgress.silent());
  }

  private static Training training(Checkpoints checkpoints) {
    return new Training(CLOCK, () -> false, checkpoints);
  }

  private static TrainingSettings.Builder small() {
    return TrainingSettings.builder()
        .created(Instant.EPOCH)
        .network("lstm")
        .window(20)
        .hop(10)
        .units(8)
        .embedding(8)
        .dropout(0.3)
        .jitter(0.1)
        .scaling(0.1)
        .timeWarp(0.2)
        .batch(32)
        .learningRate(0.02)
        .patience(EPOCHS)
        .epochs(EPOCHS);
  }

  /** Ends a training as a crash would: nothing after the epoch is done. */
  private static final class Killer extends RecordedProgress {
    private final int after;

    Killer(int after) {
      this.after = after;
    }

    @Override
    public void epoch(Epoch epoch) {
      super.epoch(epoch);
      if (epochs.size() == after) {
        throw new Killed();
      }
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
