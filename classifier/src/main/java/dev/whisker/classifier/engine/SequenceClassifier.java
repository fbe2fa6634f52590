package dev.whisker.classifier.engine;

/**
 * A loaded network: raw windows in, calibrated probabilities out. An implementation that carries
 * state overrides {@link #stateSize} and what takes the state. Thread-safe unless an implementation
 * says otherwise; whoever opened it closes it.
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

  /**
   * How many values of state the network carries from one window of a device to the next; 0: none,
   * every window stands alone. {@link CarriedState} keeps them for a device.
   */
  default int stateSize() {
    return 0;
  }

  /**
   * Classifies a batch of windows, each with the state that the window before it has left. Without
   * it, a window is classified as the first one after a silence.
   *
   * @param windows as above, each of another device
   * @param count number of windows, at least 1
   * @param state {@code [count][stateSize]}: the state before each window, zeros at the beginning;
   *     receives the state after it; may be longer
   * @param probabilities as above
   */
  default void classify(float[] windows, int count, float[] state, float[] probabilities) {
    classify(windows, count, probabilities);
  }

  @Override
  void close();
}
