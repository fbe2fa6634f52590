package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.Baseline;
import dev.whisker.classifier.bundle.Manifest.Baselines;
import dev.whisker.classifier.bundle.Manifest.DeviceScore;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scores what a model said of windows against what is true of them. */
public final class Evaluator {
  /** A manifest has no more, those with the lowest accuracy. */
  private static final int MOST_DEVICES = 1_000;

  private Evaluator() {}

  /**
   * Scores all windows that have a truth; without baselines.
   *
   * @throws CommandFailure if no window can be scored
   */
  public static Evaluation evaluate(Manifest manifest, Part part, List<ClassifiedWindows> devices) {
    List<String> labels = manifest.labels();
    ConfusionMatrix all = new ConfusionMatrix(labels);
    Map<String, ConfusionMatrix> byDevice = new TreeMap<>();
    int windows = 0;
    int withoutTruth = 0;
    for (ClassifiedWindows device : devices) {
      ConfusionMatrix own =
          byDevice.computeIfAbsent(device.device(), name -> new ConfusionMatrix(labels));
      for (int i = 0; i < device.windows().size(); i++) {
        Window window = device.windows().get(i);
        String truth = window.truth();
        int label = truth == null ? -1 : labels.indexOf(truth);
        windows++;
        withoutTruth += truth == null ? 1 : 0;
        if (label >= 0) {
          all.add(label, device.best(i));
          own.add(label, device.best(i));
        }
      }
    }
    Map<String, DeviceScore> perDevice = new TreeMap<>();
    byDevice.forEach(
        (device, own) -> {
          if (own.windows() > 0) {
            perDevice.put(device, new DeviceScore(own.accuracy(), own.windows()));
          }
        });
    if (all.windows() == 0) {
      throw new CommandFailure(
          "None of the "
              + windows
              + " windows can be scored: "
              + withoutTruth
              + " have no truth and the others none of the model's labels "
              + labels
              + ". Give labelled recordings of at least "
              + manifest.window().length()
              + " samples");
    }
    return new Evaluation(
        part,
        manifest.name(),
        manifest.version(),
        all.accuracy(),
        all.macroF1(),
        all.windows(),
        withoutTruth,
        windows - withoutTruth - all.windows(),
        labels,
        all.rows(),
        all.perClass(),
        Collections.unmodifiableMap(perDevice),
        null,
        ServedQuality.of(manifest, devices));
  }

  /** What a bundle is to remember of its test. */
  public static Manifest.TestMetrics toRecord(Evaluation test) {
    Map<String, DeviceScore> devices = new TreeMap<>();
    test.perDevice().entrySet().stream()
        .sorted(Comparator.comparingDouble(one -> one.getValue().accuracy()))
        .limit(MOST_DEVICES)
        .forEach(one -> devices.put(one.getKey(), one.getValue()));
    return new Manifest.TestMetrics(
        test.accuracy(),
        test.macroF1(),
        test.windows(),
        test.confusion(),
        devices,
        test.baselines());
  }

  /**
   * What a bundle remembers of its test.
   *
   * @return null if it was not tested, or written by a Whisker that kept no counts
   */
  public static Evaluation recorded(Manifest manifest) {
    if (manifest.test() == null || manifest.test().confusion().isEmpty()) {
      return null;
    }
    ConfusionMatrix counts = ConfusionMatrix.of(manifest.labels(), manifest.test().confusion());
    return new Evaluation(
        Part.TEST,
        manifest.name(),
        manifest.version(),
        manifest.test().accuracy(),
        manifest.test().macroF1(),
        manifest.test().windows(),
        0,
        0,
        manifest.labels(),
        counts.rows(),
        counts.perClass(),
        manifest.test().devices(),
        manifest.test().baselines(),
        manifest.quality() == null ? null : manifest.quality().test());
  }

  /**
   * What simple rules reach.
   *
   * @param manifest labels and standard deviations
   * @param training the windows of the model's training part
   * @param scored the windows that the model was scored on
   * @return null if the training part has no window with a truth
   */
  public static Baselines baselines(
      Manifest manifest, List<DeviceWindows> training, List<DeviceWindows> scored) {
    LabelledWindows train = new LabelledWindows(training, manifest.labels());
    LabelledWindows test = new LabelledWindows(scored, manifest.labels());
    if (train.size() == 0) {
      return null;
    }
    ConfusionMatrix majority = majority(train, test, manifest.labels());
    ConfusionMatrix nearest = new ConfusionMatrix(manifest.labels());
    int used = new NearestNeighbor(train, manifest.normalizer()).classify(test, nearest);
    return new Baselines(baseline(majority, train.size()), baseline(nearest, used));
  }

  /** Gives every window the most frequent label of a training part. */
  public static ConfusionMatrix majority(
      LabelledWindows training, LabelledWindows scored, List<String> labels) {
    ConfusionMatrix majority = new ConfusionMatrix(labels);
    int most = mostFrequent(training.counts());
    for (int i = 0; i < scored.size(); i++) {
      majority.add(scored.label(i), most);
    }
    return majority;
  }

  private static Baseline baseline(ConfusionMatrix counts, int trainingWindows) {
    return new Baseline(counts.accuracy(), counts.macroF1(), counts.windows(), trainingWindows);
  }

  private static int mostFrequent(int[] counts) {
    int most = 0;
    for (int i = 1; i < counts.length; i++) {
      most = counts[i] > counts[most] ? i : most;
    }
    return most;
  }
}
