package dev.whisker.trainer.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts of true against predicted labels, and the scores that follow from them. */
public final class ConfusionMatrix {
  private final List<String> labels;
  private final int[][] counts;

  /** An empty matrix. */
  public ConfusionMatrix(List<String> labels) {
    this.labels = List.copyOf(labels);
    this.counts = new int[labels.size()][labels.size()];
  }

  /**
   * Counts that were made before.
   *
   * @param rows a row a true label and a column a predicted one, in the order of the labels
   * @throws IllegalArgumentException if there are not as many of both as labels
   */
  public static ConfusionMatrix of(List<String> labels, List<List<Integer>> rows) {
    ConfusionMatrix matrix = new ConfusionMatrix(labels);
    if (rows.size() != labels.size()
        || rows.stream().anyMatch(row -> row.size() != labels.size())) {
      throw new IllegalArgumentException(
          "Counts of " + rows.size() + " labels where there are " + labels.size());
    }
    for (int truth = 0; truth < labels.size(); truth++) {
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        matrix.counts[truth][predicted] = rows.get(truth).get(predicted);
      }
    }
    return matrix;
  }

  /** Counts a window. */
  public void add(int truth, int predicted) {
    counts[truth][predicted]++;
  }

  /** Number of windows counted. */
  public int windows() {
    return Arrays.stream(counts).flatMapToInt(Arrays::stream).sum();
  }

  /** The share of windows whose label was right; 0 without windows. */
  public double accuracy() {
    int right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return ratio(right, windows());
  }

  /** The mean F1 of all labels that are true or predicted somewhere; 0 without windows. */
  public double macroF1() {
    double sum = 0;
    int scored = 0;
    for (int i = 0; i < counts.length; i++) {
      if (truths(i) + predictions(i) > 0) {
        sum += score(i).f1();
        scored++;
      }
    }
    return scored == 0 ? 0 : sum / scored;
  }

  /** The scores of every label, in order. */
  public Map<String, ClassScore> perClass() {
    Map<String, ClassScore> scores = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      scores.put(labels.get(i), score(i));
    }
    return scores;
  }

  /** The counts, a row a true label and a column a predicted one. */
  public List<List<Integer>> rows() {
    List<List<Integer>> rows = new ArrayList<>();
    for (int[] row : counts) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return List.copyOf(rows);
  }

  private ClassScore score(int label) {
    int right = counts[label][label];
    double precision = ratio(right, predictions(label));
    double recall = ratio(right, truths(label));
    double f1 = ratio(2 * right, predictions(label) + truths(label));
    return new ClassScore(precision, recall, f1, truths(label));
  }

  private int truths(int label) {
    return Arrays.stream(counts[label]).sum();
  }

  private int predictions(int label) {
    return Arrays.stream(counts).mapToInt(row -> row[label]).sum();
  }

  private static double ratio(int part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /**
   * How well one label is found.
   *
   * @param precision the share of the windows predicted to have it that have it
   * @param recall the share of the windows that have it that were predicted to
   * @param f1 the harmonic mean of both
   * @param support number of windows that have it
   */
  public record ClassScore(double precision, double recall, double f1, int support) {}
}
