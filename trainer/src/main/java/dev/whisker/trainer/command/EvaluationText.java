package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Manifest.Baseline;
import dev.whisker.classifier.bundle.Manifest.DeviceScore;
import dev.whisker.trainer.evaluation.ConfusionMatrix.ClassScore;
import dev.whisker.trainer.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An evaluation as tables of at most 80 columns. */
final class EvaluationText {
  private static final int WIDEST_LABEL = 28;
  private static final int MOST_COLUMNS = 8;
  private static final int MOST_DEVICES = 5;
  private static final int MOST_CONFUSIONS = 10;

  private final Evaluation evaluation;
  private final StringBuilder text = new StringBuilder();
  private final int labelWidth;

  private EvaluationText(Evaluation evaluation) {
    this.evaluation = evaluation;
    this.labelWidth =
        Math.min(
            WIDEST_LABEL,
            Math.max(5, evaluation.labels().stream().mapToInt(String::length).max().orElse(0)));
  }

  /** The tables, ending with a line break. */
  static String of(Evaluation evaluation) {
    EvaluationText tables = new EvaluationText(evaluation);
    tables.summary();
    tables.perClass();
    tables.confusion();
    tables.devices();
    return tables.text.toString();
  }

  /** The tables without what they are of, after an empty line. */
  static String recorded(Evaluation evaluation) {
    EvaluationText tables = new EvaluationText(evaluation);
    tables.scores();
    tables.perClass();
    tables.confusion();
    tables.devices();
    return tables.text.toString();
  }

  private void summary() {
    line(
        "%s %s, %s: %d windows of %d %s",
        evaluation.model(),
        evaluation.modelVersion(),
        switch (evaluation.part()) {
          case TRAIN -> "training part";
          case VALIDATION -> "validation part";
          case TEST -> "test part";
          case ALL -> "whole recordings";
        },
        evaluation.windows(),
        evaluation.perDevice().size(),
        evaluation.perDevice().size() == 1 ? "device" : "devices");
    if (evaluation.withoutTruth() > 0) {
      line("%d more have no truth and are not scored", evaluation.withoutTruth());
    }
    if (evaluation.unknownTruth() > 0) {
      line(
          "%d more have a label that the model does not know and are not scored",
          evaluation.unknownTruth());
    }
    scores();
  }

  private void scores() {
    line("");
    line("  %-22s %8s %8s", "", "accuracy", "macro F1");
    line("  %-22s %8.4f %8.4f", "this model", evaluation.accuracy(), evaluation.macroF1());
    if (evaluation.baselines() != null) {
      baseline("nearest neighbor", evaluation.baselines().nearestNeighbor());
      baseline("most frequent label", evaluation.baselines().majority());
    }
  }

  private void baseline(String name, Baseline baseline) {
    line(
        "  %-22s %8.4f %8.4f%s",
        name,
        baseline.accuracy(),
        baseline.macroF1(),
        baseline.windows() < evaluation.windows()
            ? String.format(Locale.ROOT, "   (on %d of the windows)", baseline.windows())
            : "");
  }

  private void perClass() {
    line("");
    line("  %s  precision    recall        F1   windows", padded("label"));
    for (Map.Entry<String, ClassScore> entry : evaluation.perClass().entrySet()) {
      ClassScore score = entry.getValue();
      line(
          "  %s   %8.4f  %8.4f  %8.4f  %8d",
          padded(entry.getKey()), score.precision(), score.recall(), score.f1(), score.support());
    }
  }

  private void confusion() {
    int labels = evaluation.labels().size();
    line("");
    if (labels > MOST_COLUMNS) {
      mostFrequentConfusions();
      return;
    }
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < labels; i++) {
      header.append(String.format(Locale.ROOT, "%6s", "(" + (i + 1) + ")"));
    }
    line("  %s      predicted%s", padded("true"), "");
    line("  %s     %s", padded(""), header);
    for (int i = 0; i < labels; i++) {
      StringBuilder row = new StringBuilder();
      for (int count : evaluation.confusion().get(i)) {
        row.append(String.format(Locale.ROOT, "%6s", count == 0 ? "." : count));
      }
      line("  %s (%d) %s", padded(evaluation.labels().get(i)), i + 1, row);
    }
  }

  private void mostFrequentConfusions() {
    record Confusion(String truth, String predicted, int windows) {}
    List<Confusion> confusions = new ArrayList<>();
    for (int t = 0; t < evaluation.labels().size(); t++) {
      for (int p = 0; p < evaluation.labels().size(); p++) {
        int windows = evaluation.confusion().get(t).get(p);
        if (t != p && windows > 0) {
          confusions.add(
              new Confusion(evaluation.labels().get(t), evaluation.labels().get(p), windows));
        }
      }
    }
    confusions.sort(Comparator.comparingInt(Confusion::windows).reversed());
    line("  most frequent mistakes");
    for (Confusion one : confusions.subList(0, Math.min(MOST_CONFUSIONS, confusions.size()))) {
      line("  %s taken for %s %6d", padded(one.truth()), padded(one.predicted()), one.windows());
    }
  }

  private void devices() {
    List<Map.Entry<String, DeviceScore>> weakest =
        evaluation.perDevice().entrySet().stream()
            .filter(entry -> entry.getValue().accuracy() < 1)
            .sorted(Comparator.comparingDouble(entry -> entry.getValue().accuracy()))
            .limit(MOST_DEVICES)
            .toList();
    if (evaluation.perDevice().size() < 2 || weakest.isEmpty()) {
      return;
    }
    line("");
    line("  %s   accuracy   windows", padded("weakest devices", WIDEST_LABEL));
    for (Map.Entry<String, DeviceScore> entry : weakest) {
      line(
          "  %s   %8.4f  %8d",
          padded(entry.getKey(), WIDEST_LABEL),
          entry.getValue().accuracy(),
          entry.getValue().windows());
    }
  }

  private String padded(String label) {
    return padded(label, labelWidth);
  }

  private static String padded(String label, int width) {
    String shown = label.length() <= width ? label : label.substring(0, width - 1) + "…";
    return shown + " ".repeat(width - shown.length());
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
