package dev.whisker.classifier.smoothing;

import java.util.List;

/**
 * The parameters of a hidden Markov filter over a device's consecutive windows: the state is the
 * true label, what is seen of it are the window's probabilities.
 *
 * <pre>
 *   belief(j) ∝ Σᵢ belief(i) · transitions[i][j] · (p(j | window) / priors[j]) ^ evidence
 * </pre>
 *
 * <p>Sources: the forward step is that of L. R. Rabiner, "A Tutorial on Hidden Markov Models and
 * Selected Applications in Speech Recognition", Proc. IEEE 77(2), 1989, section III.A. A network's
 * probability divided by the prior is the likelihood of the window up to a factor that all labels
 * share: H. Bourlard and N. Morgan, "Connectionist Speech Recognition", Kluwer 1994, chapter 7.
 * Their power below 1 is for windows that are no independent observations, as the acoustic scale is
 * in speech recognition.
 *
 * @param transitions the probability of each label for the next window, a row a label of the
 *     present one, {@code [labels][labels]}; rows sum to 1
 * @param start the probability of each label for the first window, and for the first one after a
 *     gap
 * @param priors how frequent the network takes each label to be: what its probabilities are divided
 *     by
 * @param evidence how much a window counts, above 0 to 1; 1: as much as if it shared nothing with
 *     the one before it
 */
public record Markov(
    List<List<Double>> transitions, List<Double> start, List<Double> priors, double evidence) {
  private static final double TOLERANCE = 1e-6;

  /** Copies the lists and checks that they fit together. */
  public Markov {
    transitions = transitions.stream().map(List::copyOf).toList();
    start = List.copyOf(start);
    priors = List.copyOf(priors);
    int labels = transitions.size();
    require(labels >= 1, "has no labels");
    for (List<Double> row : transitions) {
      requireDistribution("a row of transitions", row, labels);
    }
    requireDistribution("the start", start, labels);
    requireDistribution("the priors", priors, labels);
    require(
        evidence > 0 && evidence <= 1,
        "has the evidence " + evidence + "; above 0 and at most 1 is expected");
  }

  /** Number of labels. */
  public int size() {
    return transitions.size();
  }

  private static void requireDistribution(String name, List<Double> shares, int labels) {
    require(
        shares.size() == labels,
        "has " + shares.size() + " values as " + name + "; " + labels + " are expected");
    double sum = 0;
    for (double share : shares) {
      require(
          share > 0 && share <= 1,
          "has the value " + share + " in " + name + "; above 0 and at most 1 is expected");
      sum += share;
    }
    require(
        Math.abs(sum - 1) <= TOLERANCE, "has " + name + " that sums to " + sum + " instead of 1");
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException("The Markov filter " + fault);
    }
  }
}
