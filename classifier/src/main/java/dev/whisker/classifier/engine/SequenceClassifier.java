package dev.whisker.classifier.engine;

/**
 * A loaded network: raw windows in, calibrated probabilities out. Thread-safe unless an
 * implementation says otherwise; whoever opened it closes it.
 */
public interface SequenceClassifier extends AutoCloseable {
  /**
   * Classifies a batch of windows.
   *
   * @param windows {@code [count][length][channels]} raw values, oldest sample first; may be longer
   * @param count number of windows, at least 1
   * @param probabilities receives {@code [count][labels]} calibrated probabilities, each row
   *     summing to 1; may be longer
   */
  void classify(float[] windows, int count, float[] probabilities);

  @Override
  void close();
}
