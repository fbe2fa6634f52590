package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import java.util.SplittableRandom;

/**
 * Multiplies what each channel of a window is off its mean in the training part by a factor: {@code
 * exp(strength × normal)}, one a window and channel, as likely to double as to halve. Not
 * thread-safe.
 */
final class Scaling implements Augmentation {
  private final double strength;
  private final float[] mean;
  private final float[] factor;
  private final int values;

  Scaling(double strength, Normalizer normalizer, int length) {
    this.strength = strength;
    this.mean = new float[normalizer.mean().size()];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = normalizer.mean().get(c);
    }
    this.factor = new float[mean.length];
    this.values = length * mean.length;
  }

  @Override
  public void apply(float[] values, int offset, SplittableRandom random) {
    for (int c = 0; c < factor.length; c++) {
      factor[c] = (float) Math.exp(strength * random.nextGaussian());
    }
    for (int i = 0; i < this.values; i += mean.length) {
      for (int c = 0; c < mean.length; c++) {
        int place = offset + i + c;
        values[place] = mean[c] + factor[c] * (values[place] - mean[c]);
      }
    }
  }
}
