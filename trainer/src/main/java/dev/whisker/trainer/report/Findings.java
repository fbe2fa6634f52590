package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.DeviceScore;
import dev.whisker.classifier.bundle.Manifest.History;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.trainer.evaluation.ConfusionMatrix.ClassScore;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Reliability;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.training.CrossValidation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a training came to, in plain words: what it is, how good it is, and what is weak. */
final class Findings {
  private static final double WEAK_RECALL = 0.9;
  private static final double BELOW_AVERAGE = 0.1;
  private static final double MUCH_OFF = 0.05;
  private static final double LEARNT_BY_HEART = 0.1;
  private static final int FEW_TRAINING_WINDOWS = 30;
  private static final int MOST_CLASSES = 3;

  /** Of the normal distribution, for 95 %. */
  private static final double QUANTILE = 1.96;

  private final Manifest manifest;
  private final Evaluation test;
  private final CrossValidation folds;
  private final ScoredParts parts;
  private final Reliability reliability;
  private final boolean otherRecordings;

  /**
   * Of a training.
   *
   * @param test null: there was nothing to test on
   * @param folds null: there were none
   * @param otherRecordings whether it was tested on recordings of their own
   */
  Findings(
      Manifest manifest,
      Evaluation test,
      CrossValidation folds,
      ScoredParts parts,
      Reliability reliability,
      boolean otherRecordings) {
    this.manifest = manifest;
    this.test = test;
    this.folds = folds;
    this.parts = parts;
    this.reliability = reliability;
    this.otherRecordings = otherRecordings;
  }

  /** What was trained on what. */
  String model() {
    double period = manifest.window().periodMicros();
    return String.format(
        Locale.ROOT,
        "%s tells %d classes apart (%s) from %s, sampled at %s and looked at %s at a time. It is a"
            + " network of the kind %s, trained on %s of %s.",
        manifest.name(),
        manifest.labels().size(),
        String.join(", ", manifest.labels()),
        Quantity.counted(manifest.channels().size(), "channel"),
        Quantity.rate(period),
        Quantity.span(manifest.window().length() * period),
        manifest.provenance().settings().getOrDefault("network", "unknown"),
        Quantity.counted(parts.counts().get(0).labelled(), "window"),
        Quantity.counted(parts.counts().get(0).devices(), "device"));
  }

  /** How good it is on what it has never seen. */
  String result() {
    if (test == null && folds != null) {
      return String.format(
          Locale.ROOT,
          "It was trained on devices of all folds and not tested itself. %d trainings like it, each"
              + " tested on the devices of a fold and trained on those of the others, are right for"
              + " %s on average (standard deviation %s, from %s to %s; macro F1 %s).",
          folds.folds(),
          Quantity.percent(folds.accuracy().mean()),
          Quantity.percent(folds.accuracy().sd()),
          Quantity.percent(folds.accuracy().min()),
          Quantity.percent(folds.accuracy().max()),
          Quantity.percent(folds.macroF1().mean()));
    }
    if (test == null) {
      return "No window with a known label was left to test on: how good the model is on recordings"
          + " that it has not seen is not known. Give more recordings, or some with --test.";
    }
    double[] interval = interval(test.accuracy(), test.windows());
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "On %s of %s that it was not trained on (%s) it is right for %s (macro F1 %s; by chance"
                + " alone, for independent windows, between %s and %s).",
            Quantity.counted(test.windows(), "window"),
            Quantity.counted(test.perDevice().size(), "device"),
            unseen(),
            Quantity.percent(test.accuracy()),
            Quantity.percent(test.macroF1()),
            Quantity.percent(interval[0]),
            Quantity.percent(interval[1])));
    if (test.baselines() != null) {
      text.append(
          String.format(
              Locale.ROOT,
              " For comparison, on the same windows: the label of the most similar training window"
                  + " is right for %s, the most frequent label for %s.",
              Quantity.percent(test.baselines().nearestNeighbor().accuracy()),
              Quantity.percent(test.baselines().majority().accuracy())));
    }
    return text.toString();
  }

  private String unseen() {
    if (otherRecordings) {
      return "the recordings given to test on";
    }
    return manifest.split().kind() == Split.Kind.DEVICE
        ? "devices that it has not seen"
        : "the last "
            + Math.round(100 * manifest.split().testShare())
            + " % of what was recorded of each";
  }

  /** Wilson's interval of a share, 95 % (E. B. Wilson, JASA 22, 1927). */
  private static double[] interval(double share, int n) {
    double square = QUANTILE * QUANTILE;
    double middle = (share + square / (2 * n)) / (1 + square / n);
    double half =
        QUANTILE / (1 + square / n) * Math.sqrt(share * (1 - share) / n + square / (4.0 * n * n));
    return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
  }

  /** What speaks against relying on it; may be empty. */
  List<String> weaknesses() {
    List<String> found = new ArrayList<>();
    if (test != null) {
      baselines(found);
      classes(found);
      devices(found);
    }
    calibration(found);
    history(found);
    data(found);
    return List.copyOf(found);
  }

  private void baselines(List<String> found) {
    if (test.baselines() != null
        && test.baselines().nearestNeighbor().accuracy() > test.accuracy()) {
      found.add(
          "The most similar training window is a better guide than the network. 'whisker compare'"
              + " shows which other kind of network does better.");
    }
  }

  private void classes(List<String> found) {
    test.perClass().entrySet().stream()
        .filter(entry -> entry.getValue().support() > 0)
        .filter(entry -> entry.getValue().recall() < WEAK_RECALL)
        .sorted(Comparator.comparingDouble(entry -> entry.getValue().recall()))
        .limit(MOST_CLASSES)
        .forEach(entry -> found.add(weakClass(entry)));
  }

  private String weakClass(Map.Entry<String, ClassScore> entry) {
    int truth = test.labels().indexOf(entry.getKey());
    List<Integer> row = test.confusion().get(truth);
    int most = -1;
    for (int i = 0; i < row.size(); i++) {
      most = i != truth && (most < 0 || row.get(i) > row.get(most)) ? i : most;
    }
    return String.format(
        Locale.ROOT,
        "%s: %s of its %s are found; %s taken for %s.",
        entry.getKey(),
        Quantity.percent(entry.getValue().recall()),
        Quantity.counted(entry.getValue().support(), "window"),
        row.get(most) == 1 ? "1 is" : Quantity.count(row.get(most)) + " are",
        test.labels().get(most));
  }

  private void devices(List<String> found) {
    List<Map.Entry<String, DeviceScore>> weak =
        test.perDevice().entrySet().stream()
            .filter(entry -> entry.getValue().accuracy() < test.accuracy() - BELOW_AVERAGE)
            .sorted(Comparator.comparingDouble(entry -> entry.getValue().accuracy()))
            .toList();
    if (!weak.isEmpty()) {
      found.add(
          String.format(
              Locale.ROOT,
              "%d of %s %s more than %.0f points below the average; the weakest is %s (%s of %s).",
              weak.size(),
              Quantity.counted(test.perDevice().size(), "device"),
              weak.size() == 1 ? "is" : "are",
              100 * BELOW_AVERAGE,
              weak.get(0).getKey(),
              Quantity.percent(weak.get(0).getValue().accuracy()),
              Quantity.counted(weak.get(0).getValue().windows(), "window")));
    }
  }

  private void calibration(List<String> found) {
    if (reliability.expectedCalibrationError() > MUCH_OFF) {
      found.add(
          "Confidences are off by "
              + Quantity.percent(reliability.expectedCalibrationError())
              + " on average: do not read them as probabilities.");
    }
  }

  private void history(List<String> found) {
    History history = manifest.provenance().history();
    if (history == null || history.validationAccuracy().isEmpty()) {
      return;
    }
    int kept = history.kept();
    if (kept == history.loss().size()) {
      found.add("The last epoch was the best: more --epochs may make it better.");
    }
    if (!history.accuracy().isEmpty()) {
      double seen = history.accuracy().get(kept - 1);
      double unseen = history.validationAccuracy().get(kept - 1);
      if (seen - unseen > LEARNT_BY_HEART) {
        found.add(
            String.format(
                Locale.ROOT,
                "It is right for %s of the windows it trains on but for %s of those that validate"
                    + " it: it has learnt some by heart. Recordings of more devices help most.",
                Quantity.percent(seen),
                Quantity.percent(unseen)));
      }
    }
  }

  private void data(List<String> found) {
    List<String> rare = new ArrayList<>();
    for (int i = 0; i < manifest.labels().size(); i++) {
      if (parts.counts().get(0).windows().get(i) < FEW_TRAINING_WINDOWS) {
        rare.add(manifest.labels().get(i) + " " + parts.counts().get(0).windows().get(i));
      }
    }
    if (!rare.isEmpty()) {
      found.add(
          "Few windows to train on: "
              + String.join(", ", rare.subList(0, Math.min(MOST_CLASSES, rare.size())))
              + (rare.size() > MOST_CLASSES ? " and " + (rare.size() - MOST_CLASSES) + " more" : "")
              + ". Record these classes longer.");
    }
    if (test != null
        && parts.part() == Part.TEST
        && !otherRecordings
        && manifest.split().kind() == Split.Kind.TIME) {
      found.add(
          "It was tested on the devices that it was trained on, later in time. Other devices may be"
              + " harder: --split device tells.");
    }
  }
}
