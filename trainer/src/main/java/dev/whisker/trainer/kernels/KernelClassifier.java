package dev.whisker.trainer.kernels;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.LabelledWindows;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Classifies windows by ridge regression on the features of {@link KernelTransform}. Thread-safe.
 *
 * <p>The work is bounded: of a large training part every n-th window stands for all.
 */
public final class KernelClassifier {
  private static final int MOST_WINDOWS = 3_000;

  private final Normalizer normalizer;
  private final int channels;
  private final int values;
  private final KernelTransform transform;
  private final Ridge ridge;
  private final int trainedOn;

  /**
   * Fits on all cores.
   *
   * @param training at least one window
   * @param normalizer standardizes what goes in
   * @param labels number of labels
   * @param seed decides what is drawn
   */
  public KernelClassifier(LabelledWindows training, Normalizer normalizer, int labels, long seed) {
    this.normalizer = normalizer;
    this.channels = normalizer.mean().size();
    int length = training.window(0).buffer().spec().length();
    this.values = length * channels;
    int every = (training.size() + MOST_WINDOWS - 1) / MOST_WINDOWS;
    this.trainedOn = (training.size() + every - 1) / every;
    float[][] windows = new float[trainedOn][];
    int[] truth = new int[trainedOn];
    for (int i = 0; i < trainedOn; i++) {
      windows[i] = standardized(training.window(i * every));
      truth[i] = training.label(i * every);
    }
    this.transform = new KernelTransform(windows, length, channels, seed);
    float[][] rows = new float[trainedOn][];
    IntStream.range(0, trainedOn).parallel().forEach(i -> rows[i] = features(windows[i]));
    this.ridge = new Ridge(rows, truth, labels);
  }

  /** How many windows of the training part stood for it. */
  public int trainedOn() {
    return trainedOn;
  }

  /** Floats that a model of it would have to store. */
  public long floats(int labels) {
    return (long) transform.features() * (labels + 3L);
  }

  /** Classifies windows on all cores and counts true and predicted labels. */
  public void classify(LabelledWindows windows, ConfusionMatrix counts) {
    int[] predicted =
        IntStream.range(0, windows.size())
            .parallel()
            .map(i -> ridge.classify(features(standardized(windows.window(i)))))
            .toArray();
    for (int i = 0; i < predicted.length; i++) {
      counts.add(windows.label(i), predicted[i]);
    }
  }

  /** The label of every window, with and without a truth, on all cores. */
  public int[] labels(List<Window> windows) {
    return windows.stream()
        .parallel()
        .mapToInt(window -> ridge.classify(features(standardized(window))))
        .toArray();
  }

  private float[] features(float[] window) {
    float[] features = new float[transform.features()];
    transform.transform(window, transform.room(), features);
    return features;
  }

  private float[] standardized(Window window) {
    float[] copy = new float[values];
    window.copyTo(copy, 0);
    for (int i = 0; i < values; i++) {
      int c = i % channels;
      // Padding is what lies around a window: the mean.
      copy[i] =
          Float.isNaN(copy[i])
              ? 0
              : (copy[i] - normalizer.mean().get(c)) / normalizer.standardDeviation().get(c);
    }
    return copy;
  }
}
