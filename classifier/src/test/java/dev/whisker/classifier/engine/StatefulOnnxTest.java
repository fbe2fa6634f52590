package dev.whisker.classifier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.TestModel;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;
import org.junit.jupiter.api.Test;

/** A network that adds up the means of the two channels in its state. */
class StatefulOnnxTest {
  private static final Manifest.State STATE = new Manifest.State(2, 2);

  private static Bundle bundle(Manifest.State state, byte[] network) {
    return new Bundle(
        state == null ? TestModel.manifest(0) : TestModel.stateful(state), network, new byte[0]);
  }

  private static SequenceClassifier open(Manifest.State state, byte[] network) {
    return new OnnxEngine().open(bundle(state, network));
  }

  private static byte[] network() {
    return TinyNetwork.stateful("hidden_out", 4, 2);
  }

  @Test
  void theStateOfEveryWindowIsReadAndReplaced() {
    try (SequenceClassifier classifier = open(STATE, network())) {
      assertThat(classifier.stateSize()).isEqualTo(4);
      float[] windows = {1, 2, 1, 2, 1, 2, 1, 2, /* */ 5, 6, 5, 6, 5, 6, 5, 6};
      float[] state = {10, 20, 30, 40, /* */ 0, 0, 0, 0, /* beyond the batch */ 7};
      float[] probabilities = new float[4];
      classifier.classify(windows, 2, state, probabilities);
      assertThat(state).containsExactly(11, 22, 29, 38, /* */ 5, 6, -5, -6, /* */ 7);
      assertThat(probabilities[3]).isGreaterThan(probabilities[2]);
      classifier.classify(windows, 1, state, probabilities);
      assertThat(state).containsExactly(12, 24, 28, 36, /* */ 5, 6, -5, -6, /* */ 7);
    }
  }

  @Test
  void withoutStateEveryWindowIsAFirstOne() {
    try (SequenceClassifier classifier = open(STATE, network())) {
      float[] window = {1, 2, 1, 2, 1, 2, 1, 2};
      float[] first = new float[2];
      classifier.classify(window, 1, first);
      float[] again = new float[2];
      classifier.classify(window, 1, again);
      float[] zeros = new float[2];
      classifier.classify(window, 1, new float[4], zeros);
      assertThat(again).isEqualTo(first).isEqualTo(zeros);
    }
  }

  @Test
  void aStatelessNetworkLeavesStateAlone() {
    try (SequenceClassifier classifier = open(null, TinyNetwork.bytes(4, 2))) {
      assertThat(classifier.stateSize()).isZero();
      float[] window = {1, 2, 1, 2, 1, 2, 1, 2};
      float[] state = {3};
      float[] with = new float[2];
      classifier.classify(window, 1, state, with);
      float[] without = new float[2];
      classifier.classify(window, 1, without);
      assertThat(with).isEqualTo(without);
      assertThat(state).containsExactly(3);
    }
  }

  @Test
  void aNetworkWhoseStateIsNotTheManifestsIsRefused() {
    assertRefused(new Manifest.State(3, 2), network(), "state of 3 hidden and 2 cell values");
    assertRefused(new Manifest.State(2, 1), network(), "state of 2 hidden and 1 cell values");
    assertRefused(STATE, TinyNetwork.bytes(4, 2), "hidden");
    assertRefused(null, network(), "hidden");
    assertRefused(STATE, TinyNetwork.stateful("out", 4, 2), "no output 'hidden_out'");
  }

  private static void assertRefused(Manifest.State state, byte[] network, String part) {
    assertThatThrownBy(() -> open(state, network))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("network.onnx of model pumps does not run as the manifest says")
        .hasMessageContaining(part);
  }

  @Test
  void theManifestOfABundleSaysWhatIsCarried() {
    Bundle stateful = bundle(STATE, network());
    assertThat(Bundle.read(stateful.toBytes(), "here").manifest().state()).isEqualTo(STATE);
  }

  @Test
  void stateWithOverlappingWindowsIsRefused() {
    assertThatThrownBy(() -> TestModel.manifest(0).withState(STATE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("windows of 4 samples every 2; a hop of 4 is expected");
    assertThatThrownBy(() -> new Manifest.State(0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 hidden and 2 cell values");
  }
}
