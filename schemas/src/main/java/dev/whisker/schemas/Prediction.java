package dev.whisker.schemas;

import java.util.Map;
import java.util.Objects;

/**
 * One record of the predictions topic: what one window of one device was classified as.
 *
 * @param device the device id
 * @param windowStartMicros time of the window's first sample, microseconds since 1970-01-01T00:00Z
 * @param windowEndMicros time of its last sample; with the device it identifies the window
 * @param label the most probable class
 * @param confidence the calibrated probability of that class, 0 to 1
 * @param probabilities the calibrated probability of every class, in the order of the model
 * @param status whether the confidence reaches the model's reject threshold
 * @param stableLabel the device's smoothed class after this window, or {@link StateChange#UNKNOWN}
 * @param filled the share of the window's samples that were interpolated, 0 to 1
 * @param model the model's name
 * @param modelVersion the model's version
 * @param truth the label that the readings carried for this window; null: none
 */
public record Prediction(
    String device,
    long windowStartMicros,
    long windowEndMicros,
    String label,
    float confidence,
    Map<String, Float> probabilities,
    Status status,
    String stableLabel,
    float filled,
    String model,
    String modelVersion,
    String truth) {

  /** Whether a prediction is to be relied on. */
  public enum Status {
    /** The confidence reaches the model's reject threshold. */
    OK,
    /** It does not: treat the label as a guess. */
    UNCERTAIN
  }

  /** Checks that everything but the truth is there. */
  public Prediction {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(probabilities, "probabilities");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(stableLabel, "stableLabel");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(modelVersion, "modelVersion");
  }
}
