package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

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

  /** Epochs as a bundle keeps them. */
  static Manifest.History recorded(List<Epoch> epochs) {
    int kept = 1;
    for (Epoch epoch : epochs) {
      kept = epoch.best() ? epoch.epoch() : kept;
    }
    return new Manifest.History(
        recorded(epochs, Epoch::loss),
        recorded(epochs, Epoch::accuracy),
        recorded(epochs, Epoch::validationLoss),
        recorded(epochs, Epoch::validationAccuracy),
        kept);
  }

  private static List<Float> recorded(List<Epoch> epochs, ToDoubleFunction<Epoch> curve) {
    List<Float> values = epochs.stream().map(epoch -> (float) curve.applyAsDouble(epoch)).toList();
    return values.stream().allMatch(Float::isFinite) ? values : List.of();
  }

  /**
   * How an epoch went.
   *
   * @param epoch its number, from 1
   * @param epochs how many there will be at most
   * @param loss the mean loss on the training part while it was trained on
   * @param accuracy the accuracy on the training part while it was trained on: of windows as
   *     augmented, by parameters that changed from batch to batch; NaN: it is not known
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
      double accuracy,
      double validationLoss,
      double validationAccuracy,
      boolean best,
      Duration elapsed,
      Duration left) {
    /** The same with other times. */
    Epoch withTimes(Duration newElapsed, Duration newLeft) {
      return new Epoch(
          epoch,
          epochs,
          loss,
          accuracy,
          validationLoss,
          validationAccuracy,
          best,
          newElapsed,
          newLeft);
    }
  }
}
