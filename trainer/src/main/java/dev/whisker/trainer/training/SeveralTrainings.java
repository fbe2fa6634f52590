package dev.whisker.trainer.training;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells how several trainings in a row go on: time elapsed and left are those of all of them, where
 * the ones to come are expected to take as long as those before on average; nothing is noted twice.
 * Not thread-safe.
 */
final class SeveralTrainings implements TrainingProgress {
  private final TrainingProgress progress;
  private final Set<String> noted = new HashSet<>();
  private int toCome;
  private int over = -1;
  private Duration spent = Duration.ZERO;
  private Duration current = Duration.ZERO;

  /**
   * Before the first one.
   *
   * @param progress is told
   * @param trainings how many there will be at most
   */
  SeveralTrainings(TrainingProgress progress, int trainings) {
    this.progress = progress;
    this.toCome = trainings;
  }

  /** The next training begins. */
  void next() {
    toCome--;
    over++;
    spent = spent.plus(current);
    current = Duration.ZERO;
  }

  /** The training that has begun latest is over; it may have been so before, in another process. */
  void took(Duration time) {
    current = time;
  }

  /** How long the epochs of all trainings took so far. */
  Duration spent() {
    return spent.plus(current);
  }

  @Override
  public void note(String text) {
    if (noted.add(text)) {
      progress.note(text);
    }
  }

  @Override
  public void epoch(Epoch epoch) {
    current = epoch.elapsed();
    Duration each = spent.plus(epoch.elapsed()).plus(epoch.left()).dividedBy(over + 1);
    progress.epoch(
        epoch.withTimes(spent(), epoch.left().plus(each.multipliedBy(Math.max(0, toCome)))));
  }

  @Override
  public void finished(String why) {
    progress.finished(why);
  }
}
