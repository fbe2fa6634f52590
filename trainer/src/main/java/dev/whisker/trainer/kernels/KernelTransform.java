package dev.whisker.trainer.kernels;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;

/**
 * Makes features of windows: for each of many kernels and thresholds, the share of a window where
 * the window convolved with the kernel is above the threshold.
 *
 * <p>All 84 kernels of length 9 with three weights 2 and six weights -1, stretched by dilations up
 * to the window's length, each over some of the channels, with thresholds that are quantiles of the
 * convolutions of training windows. Source: A. Dempster, D. F. Schmidt and G. I. Webb, "MiniRocket:
 * A Very Fast (Almost) Deterministic Transform for Time Series Classification", KDD 2021. Immutable
 * once it is made; may be used by several threads.
 */
final class KernelTransform {
  private static final int TAPS = 9;
  private static final int WHOLE_FEATURES = 10_000;
  private static final int MOST_DILATIONS = 32;
  private static final int[][] KERNELS = kernels();
  private static final double GOLDEN_RATIO = (Math.sqrt(5) + 1) / 2;

  private final int length;
  private final int channels;
  private final Group[] groups;
  private final int features;

  /**
   * For training windows.
   *
   * @param windows at least one, {@code [length][channels]} each
   * @param length samples in a window
   * @param channels values in a sample
   * @param seed of channels and of the windows that the thresholds are taken from
   */
  KernelTransform(float[][] windows, int length, int channels, long seed) {
    this.length = length;
    this.channels = channels;
    Random random = new Random(seed);
    TreeMap<Integer, Integer> dilations = dilations(length);
    this.groups = new Group[dilations.size() * KERNELS.length];
    int made = 0;
    int first = 0;
    int stretched = 0;
    for (var dilation : dilations.entrySet()) {
      for (int k = 0; k < KERNELS.length; k++) {
        boolean padded = (stretched + k) % 2 == 0 || (TAPS - 1) * dilation.getKey() >= length;
        groups[made] =
            new Group(
                KERNELS[k],
                dilation.getKey(),
                someChannels(random),
                padded,
                first,
                new float[dilation.getValue()]);
        first += dilation.getValue();
        made++;
      }
      stretched++;
    }
    this.features = first;
    Room room = new Room(length);
    int quantile = 0;
    for (Group group : groups) {
      float[] result = room.convolve(windows[random.nextInt(windows.length)], group, channels);
      int from = group.from(length);
      float[] sorted = Arrays.copyOfRange(result, from, length - from);
      Arrays.sort(sorted);
      for (int i = 0; i < group.thresholds.length; i++) {
        quantile++;
        double share = quantile * GOLDEN_RATIO % 1;
        group.thresholds[i] = sorted[(int) (share * sorted.length)];
      }
    }
  }

  /** Number of features. */
  int features() {
    return features;
  }

  /** The features of a window; {@code room} is the calling thread's. */
  void transform(float[] window, Room room, float[] to) {
    for (Group group : groups) {
      float[] result = room.convolve(window, group, channels);
      int from = group.from(length);
      int end = length - from;
      for (int i = 0; i < group.thresholds.length; i++) {
        float threshold = group.thresholds[i];
        int above = 0;
        for (int t = from; t < end; t++) {
          above += result[t] > threshold ? 1 : 0;
        }
        to[group.first + i] = (float) above / (end - from);
      }
    }
  }

  /** What one thread works with. */
  Room room() {
    return new Room(length);
  }

  /** How many thresholds each kernel has at each dilation. */
  private static TreeMap<Integer, Integer> dilations(int length) {
    int each = WHOLE_FEATURES / KERNELS.length;
    double most = Math.max(0, Math.log((length - 1.0) / (TAPS - 1)) / Math.log(2));
    int steps = Math.min(each, MOST_DILATIONS);
    TreeMap<Integer, Integer> dilations = new TreeMap<>();
    for (int i = 0; i < each; i++) {
      int dilation = (int) Math.pow(2, most * (i % steps) / (steps - 1));
      dilations.merge(dilation, 1, Integer::sum);
    }
    return dilations;
  }

  /** Up to nine of them, few more often than many. */
  private int[] someChannels(Random random) {
    int most = Math.min(channels, TAPS);
    int count = (int) Math.pow(2, random.nextDouble() * Math.log(most + 1.0) / Math.log(2));
    int[] all = new int[channels];
    Arrays.setAll(all, c -> c);
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(channels - i);
      int swapped = all[i];
      all[i] = all[other];
      all[other] = swapped;
    }
    return Arrays.copyOf(all, Math.max(1, Math.min(count, most)));
  }

  private static int[][] kernels() {
    int[][] kernels = new int[84][];
    int made = 0;
    for (int i = 0; i < TAPS; i++) {
      for (int j = i + 1; j < TAPS; j++) {
        for (int k = j + 1; k < TAPS; k++) {
          kernels[made++] = new int[] {i, j, k};
        }
      }
    }
    return kernels;
  }

  /** A kernel at a dilation, over some channels, with its thresholds. */
  private record Group(
      int[] taps, int dilation, int[] channels, boolean padded, int first, float[] thresholds) {
    /** The first place that counts; as many at the end do not. */
    int from(int length) {
      return padded ? 0 : Math.min((length - 1) / 2, (TAPS - 1) / 2 * dilation);
    }
  }

  /** What a thread convolves in: the sums of a window that kernels at one dilation share. */
  static final class Room {
    private final int length;
    private final float[] channel;
    private final float[] result;

    private Room(int length) {
      this.length = length;
      this.channel = new float[length];
      this.result = new float[length];
    }

    /** {@code Σ -x} over all taps {@code + Σ 3 x} over the kernel's three. */
    private float[] convolve(float[] window, Group group, int channels) {
      Arrays.fill(result, 0);
      for (int c : group.channels) {
        for (int t = 0; t < length; t++) {
          channel[t] = window[t * channels + c];
        }
        for (int tap = 0; tap < TAPS; tap++) {
          boolean heavy = tap == group.taps[0] || tap == group.taps[1] || tap == group.taps[2];
          add(heavy ? 2 : -1, (tap - TAPS / 2) * group.dilation);
        }
      }
      return result;
    }

    private void add(float weight, int shift) {
      int from = Math.max(0, -shift);
      int end = Math.min(length, length - shift);
      for (int t = from; t < end; t++) {
        result[t] += weight * channel[t + shift];
      }
    }
  }
}
