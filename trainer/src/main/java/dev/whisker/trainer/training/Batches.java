package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.evaluation.LabelledWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Windows of the training part in random order, batch by batch, each a little different every time:
 * begun elsewhere, rolled, warped, scaled, with noise. Seed and epoch alone decide how, so that any
 * epoch can be begun with. Not thread-safe.
 */
final class Batches {
  private final LabelledWindows windows;
  private final int[] order;
  private final int[] labels;
  private final float[] values;
  private final int windowValues;
  private final boolean shift;
  private final List<Augmentation> augmentations;
  private final long seed;
  private SplittableRandom random;
  private int next;
  private int count;

  /**
   * For a training part.
   *
   * @param windows at least one
   * @param normalizer scales noise and factors
   * @param settings size of batches, shift, augmentations and seed
   * @param roll whether windows are rolled
   */
  Batches(LabelledWindows windows, Normalizer normalizer, TrainingSettings settings, boolean roll) {
    this.windows = windows;
    int channels = normalizer.mean().size();
    int length = windows.window(0).buffer().spec().length();
    this.windowValues = length * channels;
    this.order = new int[windows.size()];
    this.labels = new int[settings.batch()];
    this.values = new float[settings.batch() * windowValues];
    this.shift = settings.shift();
    this.seed = settings.seed();
    this.augmentations = new ArrayList<>();
    if (roll) {
      augmentations.add(new Roll(length, channels));
    }
    if (settings.timeWarp() > 0 && length > 2) {
      augmentations.add(new TimeWarp(settings.timeWarp(), length, channels));
    }
    if (settings.scaling() > 0) {
      augmentations.add(new Scaling(settings.scaling(), normalizer, length));
    }
    if (settings.jitter() > 0) {
      augmentations.add(new Jitter(settings.jitter(), normalizer, length));
    }
  }

  /** A seed of its own for every epoch; neighbors have nothing in common. */
  static long seed(long seed, int epoch) {
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch).nextLong();
  }

  /**
   * Begins an epoch, in an order of its own.
   *
   * @param epoch from 1
   */
  void begin(int epoch) {
    random = new SplittableRandom(seed(seed, epoch));
    Arrays.setAll(order, i -> i);
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
      int offset = i * windowValues;
      labels[i] = windows.label(index);
      (shift ? shifted(windows.window(index)) : windows.window(index)).copyTo(values, offset);
      for (Augmentation augmentation : augmentations) {
        augmentation.apply(values, offset, random);
      }
    }
    next += count;
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
