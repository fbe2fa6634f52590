package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.evaluation.LabelledWindows;
import java.util.Arrays;
import java.util.Random;

/**
 * Windows of the training part in random order, batch by batch, each a little different every time:
 * begun elsewhere, rolled, with noise. The seed alone decides how. Not thread-safe.
 */
final class Batches {
  private final LabelledWindows windows;
  private final int[] order;
  private final int[] labels;
  private final float[] values;
  private final float[] noise;
  private final int channels;
  private final int windowValues;
  private final boolean shift;
  private final boolean roll;
  private final float[] rolled;
  private final Random random;
  private int next;
  private int count;

  /**
   * For a training part.
   *
   * @param windows at least one
   * @param normalizer scales the noise
   * @param settings size of batches, shift, jitter and seed
   * @param roll whether windows are rolled
   */
  Batches(LabelledWindows windows, Normalizer normalizer, TrainingSettings settings, boolean roll) {
    this.windows = windows;
    this.channels = normalizer.mean().size();
    this.windowValues = windows.window(0).buffer().spec().length() * channels;
    this.order = new int[windows.size()];
    Arrays.setAll(order, i -> i);
    this.labels = new int[settings.batch()];
    this.values = new float[settings.batch() * windowValues];
    this.noise = new float[channels];
    for (int c = 0; c < channels; c++) {
      noise[c] = (float) settings.jitter() * normalizer.standardDeviation().get(c);
    }
    this.shift = settings.shift();
    this.roll = roll;
    this.rolled = new float[windowValues];
    this.random = new Random(settings.seed());
  }

  /** Begins the next epoch, in a new order. */
  void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    next = 0;
  }

  /**
   * Moves to the next batch.
   *
   * @return false at the end of the epoch
   */
  boolean next() {
    count = Math.min(labels.length, order.length - next);
    for (int i = 0; i < count; i++) {
      int index = order[next + i];
      labels[i] = windows.label(index);
      (shift ? shifted(windows.window(index)) : windows.window(index))
          .copyTo(values, i * windowValues);
      if (roll) {
        roll(i * windowValues);
      }
    }
    next += count;
    if (noise[0] != 0) {
      for (int i = 0; i < count * windowValues; i++) {
        values[i] += noise[i % channels] * (float) random.nextGaussian();
      }
    }
    return count > 0;
  }

  /** Number of windows in the batch. */
  int count() {
    return count;
  }

  /** The values, {@code [count][length][channels]}; overwritten by the next batch. */
  float[] values() {
    return values;
  }

  /** The index of a window's label. */
  int label(int window) {
    return labels[window];
  }

  /** Puts a window's end, from a random sample on, before its beginning. */
  private void roll(int offset) {
    int cut = random.nextInt(windowValues / channels) * channels;
    System.arraycopy(values, offset + cut, rolled, 0, windowValues - cut);
    System.arraycopy(values, offset, rolled, windowValues - cut, cut);
    System.arraycopy(rolled, 0, values, offset, windowValues);
  }

  /** A window that begins up to half a hop away, if it has the same truth. */
  private Window shifted(Window window) {
    int hop = window.buffer().spec().hop();
    int last = window.buffer().count() - window.buffer().spec().length();
    if (last < 0) {
      return window;
    }
    int start = window.start() + random.nextInt(hop + 1) - hop / 2;
    Window shifted = new Window(window.buffer(), Math.max(0, Math.min(last, start)));
    return window.truth().equals(shifted.truth()) ? shifted : window;
  }
}
