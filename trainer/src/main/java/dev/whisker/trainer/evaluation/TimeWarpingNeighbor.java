package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Gives a window the label of the most similar window of a training part, where time may run faster
 * or slower: the smallest dynamic time warping distance between the standardized values, all
 * channels warped alike, within a band of a tenth of the length (Sakoe and Chiba, 1978). Of equally
 * near ones the first one counts. Thread-safe.
 *
 * <pre>
 *   cost(i, j) = |a(i) - b(j)|² + min(cost(i-1, j), cost(i, j-1), cost(i-1, j-1)),  |i - j| ≤ band
 * </pre>
 *
 * <p>Most windows are ruled out by a bound from below, the distance to the envelope of the other
 * one (Keogh, "Exact indexing of dynamic time warping", VLDB 2002), and others before the end
 * (Rakthanmanon and others, "Searching and mining trillions of time series subsequences", KDD
 * 2012).
 *
 * <p>The work is bounded: beyond it, every n-th window on both sides stands for all.
 */
public final class TimeWarpingNeighbor {
  private static final double BAND_SHARE = 0.1;
  private static final double MOST_DIFFERENCES = 2e10;

  /** With fewer windows than every tenth it is another data set. */
  private static final int LARGEST_STEP = 10;

  private final LabelledWindows training;
  private final float[] scale;
  private final int channels;
  private final int length;
  private final int band;

  /**
   * For the windows of a training part.
   *
   * @param training at least one window
   * @param normalizer the standard deviation of every channel
   */
  public TimeWarpingNeighbor(LabelledWindows training, Normalizer normalizer) {
    this.training = training;
    this.channels = normalizer.standardDeviation().size();
    this.length = training.window(0).buffer().spec().length();
    this.band = (int) Math.ceil(BAND_SHARE * length);
    this.scale = new float[channels];
    for (int c = 0; c < channels; c++) {
      // The mean cancels out in a difference.
      scale[c] = 1 / normalizer.standardDeviation().get(c);
    }
  }

  /** Whether so many windows can be classified in a time that somebody would wait for. */
  public boolean canFinish(int windows) {
    return step(windows) <= LARGEST_STEP;
  }

  /** Every how many-th window stands for all. */
  private int step(int windows) {
    double differences =
        (double) windows * training.size() * length * Math.min(length, 2 * band + 1) * channels;
    return (int) Math.ceil(Math.sqrt(Math.max(1, differences / MOST_DIFFERENCES)));
  }

  /**
   * Classifies windows on all cores and compares with their truth.
   *
   * @param windows with labels of the same model
   * @param counts receives true and predicted labels
   * @return how many windows of the training part stood for it
   */
  public int classify(LabelledWindows windows, ConfusionMatrix counts) {
    int step = step(windows.size());
    int[] predicted =
        IntStream.range(0, (windows.size() + step - 1) / step)
            .parallel()
            .map(i -> new Search(windows.window(i * step)).nearest(step))
            .toArray();
    for (int i = 0; i < predicted.length; i++) {
      counts.add(windows.label(i * step), predicted[i]);
    }
    return (training.size() + step - 1) / step;
  }

  /** The squared distance of two windows; for tests. */
  float distance(Window a, Window b) {
    Search search = new Search(a);
    search.take(b);
    return search.warped(Float.POSITIVE_INFINITY);
  }

  /** The search for the window next to one. Values are laid out {@code [channels][length]}. */
  private final class Search {
    private final float[] query = new float[channels * length];
    private final float[] low = new float[channels * length];
    private final float[] high = new float[channels * length];
    private final float[] other = new float[channels * length];
    private final float[] raw = new float[channels * length];

    /** What the samples of the other window from each one on cost at the least. */
    private final float[] bound = new float[length + 1];

    private final float[] difference = new float[length];
    private float[] above = new float[length];
    private float[] row = new float[length];

    Search(Window window) {
      copy(window, query);
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < length; i++) {
          float least = Float.POSITIVE_INFINITY;
          float most = Float.NEGATIVE_INFINITY;
          for (int j = Math.max(0, i - band); j <= Math.min(length - 1, i + band); j++) {
            least = Math.min(least, query[c * length + j]);
            most = Math.max(most, query[c * length + j]);
          }
          low[c * length + i] = least;
          high[c * length + i] = most;
        }
      }
    }

    /** The label of the nearest of every {@code step}-th window. */
    int nearest(int step) {
      float least = Float.POSITIVE_INFINITY;
      int label = training.label(0);
      for (int i = 0; i < training.size(); i += step) {
        take(training.window(i));
        float distance = bound[0] < least ? warped(least) : Float.POSITIVE_INFINITY;
        if (distance < least) {
          least = distance;
          label = training.label(i);
        }
      }
      return label;
    }

    /** Takes another window and bounds its distance from below. */
    void take(Window window) {
      copy(window, other);
      Arrays.fill(bound, 0);
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < length; i++) {
          float value = other[c * length + i];
          float off =
              Math.max(0, Math.max(value - high[c * length + i], low[c * length + i] - value));
          bound[i] += off * off;
        }
      }
      for (int i = length - 1; i >= 0; i--) {
        bound[i] += bound[i + 1];
      }
    }

    /** The squared distance of the window taken, or infinity if it is known not to be less. */
    float warped(float enough) {
      Arrays.fill(above, Float.POSITIVE_INFINITY);
      for (int i = 0; i < length; i++) {
        int from = Math.max(0, i - band);
        int to = Math.min(length, i + band + 1);
        differences(i, from, to);
        float least = Float.POSITIVE_INFINITY;
        float left = Float.POSITIVE_INFINITY;
        for (int j = from; j < to; j++) {
          float before =
              j > 0 ? Math.min(above[j - 1], Math.min(above[j], left)) : Math.min(above[0], left);
          left = difference[j] + (i == 0 && j == 0 ? 0 : before);
          row[j] = left;
          least = Math.min(least, left);
        }
        // The next row's band reaches one further than what is written here.
        if (to < length) {
          row[to] = Float.POSITIVE_INFINITY;
        }
        if (!(least + bound[i + 1] < enough)) {
          return Float.POSITIVE_INFINITY;
        }
        float[] swapped = above;
        above = row;
        row = swapped;
      }
      return above[length - 1];
    }

    /** The squared differences of one sample of the other window from those in its band. */
    private void differences(int i, int from, int to) {
      Arrays.fill(difference, from, to, 0);
      for (int c = 0; c < channels; c++) {
        float value = other[c * length + i];
        int offset = c * length;
        for (int j = from; j < to; j++) {
          float off = value - query[offset + j];
          difference[j] += off * off;
        }
      }
    }

    private void copy(Window window, float[] to) {
      window.copyTo(raw, 0);
      int last = window.samples() - 1;
      for (int i = 0; i < length; i++) {
        for (int c = 0; c < channels; c++) {
          // Where there is padding the last sample waits, which warping forgives.
          to[c * length + i] = raw[Math.min(i, last) * channels + c] * scale[c];
        }
      }
    }
  }
}
