package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import java.util.SplittableRandom;

/** Adds normal noise to every value, in proportion to its channel's deviation. Thread-safe. */
final class Jitter implements Augmentation {
  private final float[] deviation;
  private final int values;

  /**
   * Noise.
   *
   * @param strength its standard deviation, in standard deviations of a channel
   */
  Jitter(double strength, Normalizer normalizer, int length) {
    this.deviation = new float[normalizer.standardDeviation().size()];
    for (int c = 0; c < deviation.length; c++) {
      deviation[c] = (float) strength * normalizer.standardDeviation().get(c);
    }
    this.values = length * deviation.length;
  }

  @Override
  public void apply(float[] values, int offset, SplittableRandom random) {
    for (int i = 0; i < this.values; i += deviation.length) {
      for (int c = 0; c < deviation.length; c++) {
        values[offset + i + c] += deviation[c] * (float) random.nextGaussian();
      }
    }
  }
}
