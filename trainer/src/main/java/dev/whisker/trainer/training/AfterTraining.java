package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Quality;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.trainer.calibration.RejectThreshold;
import dev.whisker.trainer.calibration.SmoothingChoice;
import dev.whisker.trainer.calibration.TemperatureFit;
import dev.whisker.trainer.calibration.TransitionEstimate;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ServedQuality;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What follows the training of a network: temperature, reject threshold and smoothing, chosen on
 * the validation part, and how far they carry there. Immutable.
 */
final class AfterTraining {
  private final TrainingData data;
  private final List<Double> classWeights;
  private final TrainingSettings settings;
  private final TrainingProgress progress;

  /**
   * For one network.
   *
   * @param classWeights how much a window of each label counted in the training's loss
   * @throws CommandFailure if a precision is asked for and no window validates
   */
  AfterTraining(
      TrainingData data,
      List<Double> classWeights,
      TrainingSettings settings,
      TrainingProgress progress) {
    this.data = data;
    this.classWeights = classWeights;
    this.settings = settings;
    this.progress = progress;
    if (settings.minPrecision() != null && data.labelled(data.validation()).size() == 0) {
      throw new CommandFailure(
          "The threshold for --min-precision "
              + settings.minPrecision()
              + " is chosen on the validation part, which has no window. Give a --validation-share"
              + " above 0, or more recordings");
    }
  }

  /**
   * The network's temperature.
   *
   * @param validation the validation part as classified with the temperature 1
   */
  double temperature(List<ClassifiedWindows> validation) {
    int windows = data.labelled(data.validation()).size();
    if (windows > 0 && windows < TemperatureFit.FEWEST_WINDOWS) {
      progress.note(
          "The temperature stays 1: "
              + windows
              + " windows validate, and "
              + TemperatureFit.FEWEST_WINDOWS
              + " are needed to fit it");
    }
    return TemperatureFit.fit(validation, data.labels());
  }

  /**
   * A manifest with threshold, smoothing, the shares of predictions and the quality on the
   * validation part.
   *
   * @param manifest with the temperature
   * @param validation the validation part as classified with it
   * @param training the same of the training part; looked at only if there is no validation part
   */
  Manifest complete(
      Manifest manifest, List<ClassifiedWindows> validation, List<ClassifiedWindows> training) {
    double threshold = settings.minPrecision() == null ? 0 : threshold(validation);
    Smoothing smoothing = smoothing(validation, threshold);
    Manifest chosen =
        manifest.withServing(
            threshold, smoothing, predicted(validation.isEmpty() ? training : validation));
    return chosen.withQuality(
        new Quality(ServedQuality.of(chosen, validation), null, settings.minPrecision()));
  }

  private double threshold(List<ClassifiedWindows> validation) {
    RejectThreshold found = RejectThreshold.of(validation, data.labels(), settings.minPrecision());
    if (!found.isReached()) {
      progress.note(
          String.format(
              Locale.ROOT,
              "No threshold makes the validation part's %d windows right %s of the time beyond"
                  + " doubt: the lower bound is %.4f at best. %s. More recordings to validate on, or"
                  + " a lower --min-precision, would help",
              data.labelled(data.validation()).size(),
              settings.minPrecision(),
              found.bound(),
              found.threshold() == 0
                  ? "That is with all of them, so no prediction will be uncertain"
                  : String.format(
                      Locale.ROOT,
                      "That is above %.4f, and predictions below it will be uncertain",
                      found.threshold())));
    }
    return found.threshold();
  }

  private Smoothing smoothing(List<ClassifiedWindows> validation, double threshold) {
    boolean consecutive =
        DeviceWindows.anyFollow(data.training()) || DeviceWindows.anyFollow(data.validation());
    if (settings.smoothing().equals(SmoothingChoice.AUTO)) {
      return consecutive
          ? SmoothingChoice.of(validation, data.labels(), threshold, markov(data, classWeights))
          : Smoothing.NONE;
    }
    return SmoothingChoice.named(settings.smoothing(), () -> markov(data, classWeights));
  }

  /**
   * A Markov filter on top of a model.
   *
   * @param classWeights how much a window of each label counted in its loss
   */
  static Markov markov(TrainingData data, List<Double> classWeights) {
    int[] counts = data.labelled(data.training()).counts();
    double[] weighted = new double[counts.length];
    for (int i = 0; i < weighted.length; i++) {
      weighted[i] = counts[i] * classWeights.get(i);
    }
    double sum = Arrays.stream(weighted).sum();
    List<Double> priors = Arrays.stream(weighted).mapToObj(one -> one / sum).toList();
    return TransitionEstimate.of(data.training(), data.labels(), priors, data.spec());
  }

  /** The share of each label among the predictions of all windows, with and without a truth. */
  private List<Double> predicted(List<ClassifiedWindows> devices) {
    int[] counts = new int[data.labels().size()];
    for (ClassifiedWindows device : devices) {
      for (int i = 0; i < device.windows().size(); i++) {
        counts[device.best(i)]++;
      }
    }
    int windows = Arrays.stream(counts).sum();
    List<Double> shares = new ArrayList<>();
    for (int count : counts) {
      shares.add((double) count / windows);
    }
    return shares;
  }
}
