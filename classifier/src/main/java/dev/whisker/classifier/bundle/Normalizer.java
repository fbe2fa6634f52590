package dev.whisker.classifier.bundle;

import java.util.List;

/**
 * The statistics by which every channel is standardized, {@code (x - mean) / standardDeviation},
 * fitted on the training part alone.
 *
 * @param mean one a channel, in the channel's unit
 * @param standardDeviation one a channel, above 0
 */
public record Normalizer(List<Float> mean, List<Float> standardDeviation) {
  /** Copies both lists. */
  public Normalizer {
    mean = List.copyOf(mean);
    standardDeviation = List.copyOf(standardDeviation);
  }
}
