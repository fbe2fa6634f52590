package dev.whisker.classifier.smoothing;

import java.util.Arrays;

/**
 * How probable each label is of one device after its windows so far, under a {@link Markov} filter.
 * Computed with {@link StrictMath}: the same windows give the same bits on every machine. Not
 * thread-safe.
 */
final class Belief {
  /** A network's smaller probabilities count as this one: it is never that sure. */
  static final double LEAST_PROBABILITY = 1e-6;

  private final double[][] transitions;
  private final double[] start;
  private final double[] priors;
  private final double evidence;
  private final double[] next;

  /** {@code [labels]}, summing to 1; what the start says until the first window. */
  final double[] labels;

  /** No window seen. */
  Belief(Markov markov) {
    transitions =
        markov.transitions().stream()
            .map(row -> row.stream().mapToDouble(Double::doubleValue).toArray())
            .toArray(double[][]::new);
    start = markov.start().stream().mapToDouble(Double::doubleValue).toArray();
    priors = markov.priors().stream().mapToDouble(Double::doubleValue).toArray();
    evidence = markov.evidence();
    next = new double[start.length];
    labels = new double[start.length];
    clear();
  }

  /** Back to before the first window. */
  void clear() {
    // Marks that the next window is the first one: no transition leads to it.
    Arrays.fill(labels, 0);
  }

  /**
   * Takes the next window.
   *
   * @param probabilities holds its probabilities, {@code [labels]}; where one is no number the
   *     window says nothing and only time passes
   * @return the most probable label; {@link StableLabel#NONE} if the window says nothing
   */
  int next(float[] probabilities, int offset) {
    boolean first = Arrays.stream(labels).sum() == 0;
    boolean finite = true;
    for (int j = 0; j < next.length; j++) {
      double predicted = first ? start[j] : 0;
      for (int i = 0; !first && i < next.length; i++) {
        predicted += labels[i] * transitions[i][j];
      }
      next[j] = predicted;
      finite &= Float.isFinite(probabilities[offset + j]);
    }
    double sum = 0;
    for (int j = 0; j < next.length; j++) {
      if (finite) {
        double probability = Math.max(LEAST_PROBABILITY, probabilities[offset + j]);
        next[j] *= StrictMath.pow(probability / priors[j], evidence);
      }
      sum += next[j];
    }
    int best = 0;
    for (int j = 0; j < next.length; j++) {
      labels[j] = next[j] / sum;
      best = labels[j] > labels[best] ? j : best;
    }
    return finite ? best : StableLabel.NONE;
  }
}
