package dev.whisker.classifier.engine;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the probabilities of a window into its prediction, the same offline and live. Thread-safe.
 */
public final class Labeler {
  private final Manifest manifest;
  private final List<String> labels;

  /** For the labels, threshold and version of a model. */
  public Labeler(Manifest manifest) {
    this.manifest = manifest;
    this.labels = manifest.labels();
  }

  /**
   * Makes the prediction of a device's next window. It is uncertain if its confidence is below the
   * model's threshold or a probability is no number, which then counts as 0.
   *
   * @param device the device id
   * @param window the window
   * @param probabilities holds its calibrated probabilities, {@code [labels]}
   * @param offset where they begin
   * @param stable the device's stable label, which takes this window
   */
  public Prediction label(
      String device, Window window, float[] probabilities, int offset, StableLabel stable) {
    int best = 0;
    float confidence = 0;
    boolean finite = true;
    Map<String, Float> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      float probability = probabilities[offset + i];
      if (!Float.isFinite(probability)) {
        // Finite values that are absurdly large make a network overflow; JSON has no NaN.
        finite = false;
        probability = 0;
      }
      byLabel.put(labels.get(i), probability);
      if (probability > confidence) {
        best = i;
        confidence = probability;
      }
    }
    boolean certain = finite && isCertain(confidence, manifest.rejectThreshold());
    stable.next(certain ? best : StableLabel.NONE, probabilities, offset, window.beginsGrid());
    return new Prediction(
        device,
        window.startMicros(),
        window.endMicros(),
        labels.get(best),
        confidence,
        byLabel,
        certain ? Prediction.Status.OK : Prediction.Status.UNCERTAIN,
        name(stable.stable()),
        window.filled(),
        manifest.name(),
        manifest.version(),
        window.truth());
  }

  /**
   * Whether a prediction is certain.
   *
   * @param confidence the probability of its label
   * @param rejectThreshold the model's
   */
  public static boolean isCertain(float confidence, double rejectThreshold) {
    return confidence >= rejectThreshold;
  }

  /** The name of a label's index; {@link StateChange#UNKNOWN} for {@link StableLabel#NONE}. */
  public String name(int label) {
    return label == StableLabel.NONE ? StateChange.UNKNOWN : labels.get(label);
  }
}
