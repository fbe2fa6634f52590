package dev.whisker.trainer.training;

import java.util.SplittableRandom;

/**
 * Lets a window's time run faster here and slower there, smoothly, from the same first to the same
 * last sample before the padding; values between samples are interpolated linearly. After Um and
 * others, "Data Augmentation of Wearable Sensor Data", ICMI 2017. Not thread-safe.
 *
 * <pre>
 *   speed   1 + strength  ..       .....
 *           1             . ..   ..
 *           1 - strength      ...          drawn at {@value #KNOTS} knots, linear between them
 * </pre>
 */
final class TimeWarp implements Augmentation {
  private static final int KNOTS = 6;

  private final double strength;
  private final int length;
  private final int channels;
  private final double[] place;
  private final float[] warped;

  /**
   * A warp.
   *
   * @param strength the share by which time runs faster or slower at most; less than 1
   */
  TimeWarp(double strength, int length, int channels) {
    this.strength = strength;
    this.length = length;
    this.channels = channels;
    this.place = new double[length];
    this.warped = new float[length * channels];
  }

  @Override
  public void apply(float[] values, int offset, SplittableRandom random) {
    int samples = Augmentation.samples(values, offset, length, channels);
    if (samples < 3) {
      return;
    }
    draw(random, samples);
    double stretch = (samples - 1) / place[samples - 1];
    int last = (samples - 1) * channels;
    System.arraycopy(values, offset, warped, 0, channels);
    for (int i = 1; i < samples - 1; i++) {
      double at = place[i] * stretch;
      int before = Math.min(samples - 2, (int) at);
      float share = (float) (at - before);
      int from = offset + before * channels;
      for (int c = 0; c < channels; c++) {
        float a = values[from + c];
        float b = values[from + channels + c];
        // In this form rounding leaves nothing outside of a and b where share is 0 to 1.
        warped[i * channels + c] = share < 0.5f ? a + share * (b - a) : b - (1 - share) * (b - a);
      }
    }
    System.arraycopy(values, offset + last, warped, last, channels);
    System.arraycopy(warped, 0, values, offset, samples * channels);
  }

  /** Draws where in the window each sample is taken from, but for a common factor. */
  private void draw(SplittableRandom random, int samples) {
    double[] speed = new double[KNOTS];
    for (int k = 0; k < KNOTS; k++) {
      speed[k] = 1 + strength * (2 * random.nextDouble() - 1);
    }
    double sum = 0;
    for (int i = 1; i < samples; i++) {
      double knot = (i - 0.5) / (samples - 1) * (KNOTS - 1);
      int before = (int) knot;
      double share = knot - before;
      sum += speed[before] * (1 - share) + speed[before + 1] * share;
      place[i] = sum;
    }
  }
}
