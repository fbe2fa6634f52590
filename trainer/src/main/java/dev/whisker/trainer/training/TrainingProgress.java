package dev.whisker.trainer.training;

import java.time.Duration;

/** Is told how a training goes on, on the training's thread. */
public interface TrainingProgress {
  /** Something that the user should know. */
  void note(String text);

  /** An epoch is over. */
  void epoch(Epoch epoch);

  /** The last epoch is over. */
  void finished(String why);

  /** Looks away. */
  static TrainingProgress silent() {
    return new TrainingProgress() {
      @Override
      public void note(String text) {}

      @Override
      public void epoch(Epoch epoch) {}

      @Override
      public void finished(String why) {}
    };
  }

  /**
   * How an epoch went.
   *
   * @param epoch its number, from 1
   * @param epochs how many there will be at most
   * @param loss the mean loss on the training part while it was trained on
   * @param validationLoss the mean cross-entropy on the validation part; NaN: there is none
   * @param validationAccuracy the accuracy on the validation part; NaN: there is none
   * @param best whether it is the best so far
   * @param elapsed since training began; where several are done in a row, since the first one did
   * @param left until it ends at the latest; where several are done in a row, until the last one is
   *     expected to end
   */
  record Epoch(
      int epoch,
      int epochs,
      double loss,
      double validationLoss,
      double validationAccuracy,
      boolean best,
      Duration elapsed,
      Duration left) {
    /** The same with other times. */
    Epoch withTimes(Duration newElapsed, Duration newLeft) {
      return new Epoch(
          epoch, epochs, loss, validationLoss, validationAccuracy, best, newElapsed, newLeft);
    }
  }
}
