package dev.whisker.trainer.training;

import java.util.SplittableRandom;

/** Changes a window of the training part a little, so that no two epochs see the same one. */
interface Augmentation {
  /**
   * Changes a window in place.
   *
   * @param values raw values of a batch, {@code [windows][length][channels]}
   * @param offset where the window begins
   * @param random decides how
   */
  void apply(float[] values, int offset, SplittableRandom random);

  /** How many samples of a window come before its padding. */
  static int samples(float[] values, int offset, int length, int channels) {
    int samples = length;
    while (samples > 0 && Float.isNaN(values[offset + (samples - 1) * channels])) {
      samples--;
    }
    return samples;
  }
}
