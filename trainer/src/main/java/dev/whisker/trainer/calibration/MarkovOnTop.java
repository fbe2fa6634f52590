package dev.whisker.trainer.calibration;

import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.ServedQuality;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Scores a Markov filter on top of any model: one that gives probabilities, or one that gives only
 * labels. Immutable.
 */
public final class MarkovOnTop {
  private final Markov markov;
  private final List<String> labels;

  /**
   * For the recordings that a filter was estimated from.
   *
   * @param markov the filter, with the priors of a network
   * @param labels in the filter's order
   */
  public MarkovOnTop(Markov markov, List<String> labels) {
    this.markov = markov;
    this.labels = List.copyOf(labels);
  }

  /** Counts true labels against those after the filter; windows without a truth pass it too. */
  public ConfusionMatrix score(List<ClassifiedWindows> devices) {
    return score(markov, devices);
  }

  /**
   * The same on top of a model that gives labels alone. What a label says is estimated on windows
   * that the model was not trained on: how often windows of each true label got it, each counted
   * once more than seen.
   *
   * @param validation the windows to estimate by
   * @param ofValidation the model's labels for all of them, in order
   * @param devices the windows to score
   * @param ofDevices the model's labels for all of them, in order
   */
  public ConfusionMatrix score(
      List<DeviceWindows> validation,
      int[] ofValidation,
      List<DeviceWindows> devices,
      int[] ofDevices) {
    int size = labels.size();
    double[][] counts = new double[size][size];
    for (double[] row : counts) {
      Arrays.fill(row, 1);
    }
    int at = 0;
    for (DeviceWindows device : validation) {
      for (int i = 0; i < device.windows().size(); i++) {
        int label = device.windows().get(i).truthAmong(labels);
        int given = ofValidation[at++];
        if (label >= 0) {
          counts[label][given]++;
        }
      }
    }
    float[][] likelihoods = likelihoods(counts);
    List<ClassifiedWindows> classified = new ArrayList<>();
    at = 0;
    for (DeviceWindows device : devices) {
      float[] probabilities = new float[device.windows().size() * size];
      for (int i = 0; i < device.windows().size(); i++) {
        System.arraycopy(likelihoods[ofDevices[at++]], 0, probabilities, i * size, size);
      }
      classified.add(ClassifiedWindows.of(device, size, probabilities));
    }
    // The likelihoods know no prior.
    List<Double> even = Collections.nCopies(size, 1.0 / size);
    return score(
        new Markov(markov.transitions(), markov.start(), even, markov.evidence()), classified);
  }

  /** Of each given label how likely it is under every true one, scaled to sum to 1. */
  private static float[][] likelihoods(double[][] counts) {
    int size = counts.length;
    float[][] likelihoods = new float[size][size];
    for (int given = 0; given < size; given++) {
      double sum = 0;
      for (double[] row : counts) {
        sum += row[given] / Arrays.stream(row).sum();
      }
      for (int truth = 0; truth < size; truth++) {
        double likelihood = counts[truth][given] / Arrays.stream(counts[truth]).sum();
        likelihoods[given][truth] = (float) (likelihood / sum);
      }
    }
    return likelihoods;
  }

  private ConfusionMatrix score(Markov filter, List<ClassifiedWindows> devices) {
    ConfusionMatrix counts = new ConfusionMatrix(labels);
    for (ClassifiedWindows device : devices) {
      int[] truths = ServedQuality.truths(device, labels);
      int[] states = ServedQuality.stable(Smoothing.by(filter), 0, device);
      for (int i = 0; i < truths.length; i++) {
        if (truths[i] >= 0) {
          counts.add(truths[i], states[i]);
        }
      }
    }
    return counts;
  }
}
