package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.trainer.evaluation.Evaluation;
import java.time.Duration;
import java.util.List;

/**
 * What a training made.
 *
 * @param bundle the model, as read back from its bytes
 * @param test how the read-back bundle does on the test part; null: there is none
 * @param history every epoch
 * @param trainingWindows number of windows trained on
 * @param validationWindows number of windows validated on
 * @param parity the largest difference between a probability by ONNX and by deeplearning4j
 * @param parityWindows number of windows that were compared
 * @param time that the epochs took
 * @param markov the Markov filter for it, whether or not it is the bundle's smoothing
 */
public record TrainedModel(
    Bundle bundle,
    Evaluation test,
    List<TrainingProgress.Epoch> history,
    int trainingWindows,
    int validationWindows,
    float parity,
    int parityWindows,
    Duration time,
    Markov markov) {
  /** Copies the list. */
  public TrainedModel {
    history = List.copyOf(history);
  }

  /** The same with another evaluation, and a bundle that knows of it. */
  TrainedModel withTest(Bundle telling, Evaluation other) {
    return new TrainedModel(
        telling,
        other,
        history,
        trainingWindows,
        validationWindows,
        parity,
        parityWindows,
        time,
        markov);
  }

  /** The accuracy on the validation part in the epoch that was kept; NaN: there is none. */
  public double validationAccuracy() {
    return kept().validationAccuracy();
  }

  /** Whether it is more accurate on the validation part, or as accurate with less loss. */
  boolean isBetterOnValidation(TrainedModel other) {
    return validationAccuracy() > other.validationAccuracy()
        || (validationAccuracy() == other.validationAccuracy()
            && kept().validationLoss() < other.kept().validationLoss());
  }

  private TrainingProgress.Epoch kept() {
    TrainingProgress.Epoch kept = history.get(0);
    for (TrainingProgress.Epoch epoch : history) {
      kept = epoch.best() ? epoch : kept;
    }
    return kept;
  }
}
