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
}
