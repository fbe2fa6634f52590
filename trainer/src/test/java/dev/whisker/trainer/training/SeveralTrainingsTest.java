package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SeveralTrainingsTest {
  private final RecordedProgress told = new RecordedProgress();
  private final SeveralTrainings trainings = new SeveralTrainings(told, 3);

  @Test
  void timeLeftCountsTheTrainingsToCome() {
    trainings.next();
    // 10 s of 40 s: two more of 40 s each follow.
    trainings.epoch(epoch(10, 30));
    assertLatest(10, 30 + 2 * 40);
    trainings.epoch(epoch(20, 0));
    assertLatest(20, 2 * 20);
    trainings.next();
    // One took 20 s, this one will take 40 s: the last one 30 s.
    trainings.epoch(epoch(5, 35));
    assertLatest(25, 35 + 30);
    trainings.next();
    trainings.epoch(epoch(1, 9));
    assertLatest(26, 9);
  }

  @Test
  void aTrainingThatWasOverBeforeCountsWithTheTimeItTook() {
    trainings.next();
    trainings.took(Duration.ofSeconds(50));
    trainings.next();
    assertThat(trainings.spent()).isEqualTo(Duration.ofSeconds(50));
    trainings.epoch(epoch(10, 20));
    assertLatest(60, 20 + 40);
  }

  @Test
  void nothingIsNotedTwice() {
    trainings.note("a");
    trainings.note("b");
    trainings.note("a");
    assertThat(told.notes).containsExactly("a", "b");
  }

  private void assertLatest(int elapsed, int left) {
    TrainingProgress.Epoch latest = told.epochs.get(told.epochs.size() - 1);
    assertThat(latest.elapsed()).isEqualTo(Duration.ofSeconds(elapsed));
    assertThat(latest.left()).isEqualTo(Duration.ofSeconds(left));
  }

  private static TrainingProgress.Epoch epoch(int elapsed, int left) {
    return new TrainingProgress.Epoch(
        1, 9, 0.5, 0.5, 0.5, 0.5, true, Duration.ofSeconds(elapsed), Duration.ofSeconds(left));
  }
}
