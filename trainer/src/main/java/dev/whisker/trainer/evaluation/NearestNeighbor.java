package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.Window;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gives a window the label of the most similar window of a training part: the smallest Euclidean
 * distance between the standardized values. Of equally near ones the first one counts. Thread-safe.
 *
 * <p>The work is bounded: beyond it, every n-th window on both sides stands for all.
 */
public final class NearestNeighbor {
  private static final double MOST_DIFFERENCES = 4e9;
  private static final int BETWEEN_CHECKS = 64;

  private final LabelledWindows training;
  private final float[] mean;
  private final float[] scale;
  private final int channels;

  /**
   * For the windows of a training part.
   *
   * @param training at least one window
   * @param normalizer the standard deviation of every channel, and the mean that padding counts as
   */
  public NearestNeighbor(LabelledWindows training, Normalizer normalizer) {
    this.training = training;
    this.channels = normalizer.standardDeviation().size();
    int length = training.window(0).buffer().spec().length();
    this.mean = new float[length * channels];
    this.scale = new float[length * channels];
    for (int i = 0; i < scale.length; i++) {
      mean[i] = normalizer.mean().get(i % channels);
      scale[i] = 1 / normalizer.standardDeviation().get(i % channels);
    }
  }

  /**
   * Classifies windows on all cores and compares with their truth.
   *
   * @param windows with labels of the same model
   * @param counts receives true and predicted labels
   * @return how many windows of the training part stood for it
   */
  public int classify(LabelledWindows windows, ConfusionMatrix counts) {
    double differences = (double) windows.size() * training.size() * scale.length;
    int every = (int) Math.ceil(Math.sqrt(Math.max(1, differences / MOST_DIFFERENCES)));
    int[] predicted =
        IntStream.range(0, (windows.size() + every - 1) / every)
            .parallel()
            .map(i -> nearest(windows.window(i * every), every))
            .toArray();
    for (int i = 0; i < predicted.length; i++) {
      counts.add(windows.label(i * every), predicted[i]);
    }
    return (training.size() + every - 1) / every;
  }

  /** Whether so many windows can be classified without bounding the work. */
  public boolean covers(int windows) {
    return (double) windows * training.size() * scale.length <= MOST_DIFFERENCES;
  }

  /** The label of every window, with and without a truth, by all windows of the training part. */
  public int[] labels(List<Window> windows) {
    return windows.stream().parallel().mapToInt(window -> nearest(window, 1)).toArray();
  }

  private int nearest(Window window, int every) {
    float[] query = copy(window);
    for (int i = 0; i < query.length; i++) {
      query[i] *= scale[i];
    }
    float least = Float.POSITIVE_INFINITY;
    int label = training.label(0);
    for (int i = 0; i < training.size(); i += every) {
      Window other = training.window(i);
      boolean full = other.samples() * channels == scale.length;
      // The mean cancels out in a difference.
      float distance =
          full
              ? distance(
                  query, other.buffer().array(), other.buffer().place(other.start()), scale, least)
              : distance(query, copy(other), 0, scale, least);
      if (distance < least) {
        least = distance;
        label = training.label(i);
      }
    }
    return label;
  }

  private float[] copy(Window window) {
    float[] copy = new float[scale.length];
    window.copyTo(copy, 0);
    for (int i = window.samples() * channels; i < copy.length; i++) {
      copy[i] = mean[i];
    }
    return copy;
  }

  /** The squared distance, or something above {@code enough} as soon as it is known to be. */
  private static float distance(
      float[] query, float[] values, int offset, float[] scale, float enough) {
    float sum = 0;
    int i = 0;
    while (i < query.length && sum <= enough) {
      int end = Math.min(query.length, i + BETWEEN_CHECKS);
      float even = 0;
      float odd = 0;
      for (; i + 1 < end; i += 2) {
        float a = query[i] - values[offset + i] * scale[i];
        float b = query[i + 1] - values[offset + i + 1] * scale[i + 1];
        even += a * a;
        odd += b * b;
      }
      for (; i < end; i++) {
        float a = query[i] - values[offset + i] * scale[i];
        even += a * a;
      }
      sum += even + odd;
    }
    return sum;
  }
}
