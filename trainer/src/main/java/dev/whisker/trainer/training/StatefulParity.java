package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.List;

/**
 * Compares both engines of a network that carries state, window by window: each window with the
 * state that ONNX has for it, in both its probabilities and the state after it. Each engine with a
 * state of its own would show how much the network makes of a rounding error in the long run, not
 * whether its export is right. Not thread-safe.
 */
final class StatefulParity implements SequenceClassifier {
  private final SequenceClassifier onnx;
  private final SequenceClassifier dl4j;
  private float most;

  private StatefulParity(SequenceClassifier onnx, SequenceClassifier dl4j) {
    this.onnx = onnx;
    this.dl4j = dl4j;
  }

  /**
   * The largest difference of a probability or a value of the state; of values above 1, relative.
   *
   * @param bundle has the network as ONNX
   * @param dl4j the same network by deeplearning4j
   * @param windows to compare on
   * @throws CommandFailure if it is above {@link Training#MOST_DIFFERENCE}
   */
  static float of(Bundle bundle, SequenceClassifier dl4j, List<DeviceWindows> windows) {
    try (SequenceClassifier onnx = Engine.named("onnx").open(bundle)) {
      StatefulParity parity = new StatefulParity(onnx, dl4j);
      ClassifiedWindows.inStep(parity, bundle.manifest().labels().size(), windows);
      return parity.most;
    }
  }

  @Override
  public int stateSize() {
    return onnx.stateSize();
  }

  @Override
  public void classify(float[] windows, int count, float[] probabilities) {
    classify(windows, count, new float[count * stateSize()], probabilities);
  }

  @Override
  public void classify(float[] windows, int count, float[] state, float[] probabilities) {
    float[] otherState = state.clone();
    float[] otherProbabilities = probabilities.clone();
    onnx.classify(windows, count, state, probabilities);
    dl4j.classify(windows, count, otherState, otherProbabilities);
    compare(probabilities, otherProbabilities, probabilities.length, "a probability of");
    compare(state, otherState, count * stateSize(), "a state of");
  }

  private void compare(float[] actual, float[] expected, int length, String what) {
    for (int i = 0; i < length; i++) {
      // Cells have no bound, and floats round in proportion.
      float difference = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
      // Also true where one of them is not a number.
      if (!(difference <= Training.MOST_DIFFERENCE)) {
        throw new CommandFailure(
            "network.onnx gives "
                + what
                + " "
                + actual[i]
                + " where deeplearning4j gives "
                + expected[i]
                + "; at most "
                + Training.MOST_DIFFERENCE
                + " apart is expected. No bundle was written; please report this");
      }
      most = Math.max(most, difference);
    }
  }

  /** Nothing: both engines belong to others. */
  @Override
  public void close() {}
}
