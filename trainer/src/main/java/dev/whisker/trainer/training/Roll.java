package dev.whisker.trainer.training;

import java.util.SplittableRandom;

/**
 * Puts a window's end, from a random sample on, before its beginning; padding stays last. Not
 * thread-safe.
 */
final class Roll implements Augmentation {
  private final int length;
  private final int channels;
  private final float[] rolled;

  Roll(int length, int channels) {
    this.length = length;
    this.channels = channels;
    this.rolled = new float[length * channels];
  }

  @Override
  public void apply(float[] values, int offset, SplittableRandom random) {
    int samples = Augmentation.samples(values, offset, length, channels);
    int end = samples * channels;
    int cut = random.nextInt(samples) * channels;
    System.arraycopy(values, offset + cut, rolled, 0, end - cut);
    System.arraycopy(values, offset, rolled, end - cut, cut);
    System.arraycopy(rolled, 0, values, offset, end);
  }
}
