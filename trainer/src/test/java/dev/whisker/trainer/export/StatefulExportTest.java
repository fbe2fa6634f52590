package dev.whisker.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;
import dev.whisker.trainer.network.NetworkState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that carry state, with random weights, as ONNX and by deeplearning4j. */
class StatefulExportTest {
  private static final NetworkShape SHAPE = new NetworkShape(12, 2, 3, 3);
  private static final Normalizer NORMALIZER = new Normalizer(List.of(1f, 2f), List.of(3f, 4f));
  private static final int UNITS = 5;
  private static final int COUNT = 4;

  private static MultiLayerNetwork network(String kind, int layers, int embedding) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Network.named(kind)
                .configuration(
                    SHAPE,
                    new NetworkSettings(UNITS, layers, embedding, 0, 1e-3, 0, 1, 3),
                    List.of(1.0, 1.0, 1.0)));
    network.init();
    network.setParams(network.params().add(Nd4j.randn(network.params().shape()).mul(0.5)));
    return network;
  }

  private static Bundle bundle(MultiLayerNetwork network, double temperature) {
    Manifest manifest =
        new Manifest(
            Bundle.FORMAT_VERSION,
            "model",
            "1",
            "2026-01-01T00:00:00Z",
            List.of(new Channel("x", ""), new Channel("y", "")),
            WindowSpec.of(1_000, SHAPE.length(), SHAPE.length()),
            SHAPE.frame(),
            List.of("a", "b", "c"),
            NORMALIZER,
            temperature,
            0,
            Smoothing.DEFAULT,
            List.of(),
            null,
            null,
            null,
            Map.of());
    return new Bundle(
        manifest.withState(new NetworkState(network).described()),
        OnnxExport.write(network, SHAPE, NORMALIZER, temperature),
        NetworkFile.write(network));
  }

  private static float[] windows(Random random) {
    float[] windows = new float[COUNT * SHAPE.values()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = (float) (2 + 4 * random.nextGaussian());
    }
    return windows;
  }

  @ParameterizedTest(name = "{0} layers, embedding {1}, temperature {2}")
  @CsvSource({"1, 0, 1", "1, 7, 1", "3, 0, 2", "2, 7, 0.5"})
  void bothEnginesCarryTheSameStateFromWindowToWindow(
      int layers, int embedding, double temperature) {
    Bundle bundle = bundle(network("stateful-lstm", layers, embedding), temperature);
    assertThat(bundle.manifest().state())
        .isEqualTo(new Manifest.State(layers * UNITS, layers * UNITS));
    Random random = new Random(5);
    try (SequenceClassifier onnx = Engine.named("onnx").open(bundle);
        SequenceClassifier dl4j = Engine.named("dl4j").open(bundle)) {
      int size = onnx.stateSize();
      assertThat(size).isEqualTo(2 * layers * UNITS).isEqualTo(dl4j.stateSize());
      float[] onnxState = new float[COUNT * size];
      float[] dl4jState = new float[COUNT * size];
      for (int window = 0; window < 20; window++) {
        float[] windows = windows(random);
        float[] byOnnx = new float[COUNT * 3];
        float[] byDl4j = new float[COUNT * 3];
        float[] alone = new float[COUNT * 3];
        onnx.classify(windows, COUNT, alone);
        onnx.classify(windows, COUNT, onnxState, byOnnx);
        dl4j.classify(windows, COUNT, dl4jState, byDl4j);
        assertThat(byOnnx).containsExactly(byDl4j, within(1e-5f));
        assertThat(onnxState).containsExactly(dl4jState, within(1e-5f));
        assertThat(Arrays.equals(byOnnx, alone)).as("window " + window).isEqualTo(window == 0);
      }
    }
  }

  @Test
  void twoWindowsInARowAreOneOfTwiceTheLength() {
    MultiLayerNetwork network = network("stateful-lstm", 2, 0);
    Random random = new Random(6);
    float[] first = windows(random);
    float[] second = windows(random);
    try (SequenceClassifier onnx = Engine.named("onnx").open(bundle(network, 1))) {
      float[] inTurn = new float[COUNT * onnx.stateSize()];
      onnx.classify(first, COUNT, inTurn, new float[COUNT * 3]);
      onnx.classify(second, COUNT, inTurn, new float[COUNT * 3]);
      NetworkShape twice = new NetworkShape(24, 2, 3, 3);
      float[] both = new float[2 * first.length];
      for (int i = 0; i < COUNT; i++) {
        int values = SHAPE.values();
        System.arraycopy(first, i * values, both, 2 * i * values, values);
        System.arraycopy(second, i * values, both, (2 * i + 1) * values, values);
      }
      float[] atOnce = new float[COUNT * onnx.stateSize()];
      new dev.whisker.trainer.engine.Dl4jClassifier(network, twice, NORMALIZER, 1)
          .classify(both, COUNT, atOnce, new float[COUNT * 3]);
      assertThat(inTurn).containsExactly(atOnce, within(1e-5f));
    }
  }

  @Test
  void aManifestWithAnotherStateIsRefusedByBothEngines() {
    Bundle stateful = bundle(network("stateful-lstm", 1, 0), 1);
    Bundle stateless = bundle(network("lstm", 1, 0), 1);
    assertThat(stateless.manifest().state()).isNull();
    for (String engine : List.of("onnx", "dl4j")) {
      for (Bundle wrong :
          List.of(
              new Bundle(stateful.manifest().withState(null), stateful.onnx(), stateful.dl4j()),
              new Bundle(
                  stateful.manifest().withState(new Manifest.State(UNITS, UNITS + 1)),
                  stateful.onnx(),
                  stateful.dl4j()),
              new Bundle(
                  stateless.manifest().withState(stateful.manifest().state()),
                  stateless.onnx(),
                  stateless.dl4j()))) {
        assertThatThrownBy(() -> Engine.named(engine).open(wrong))
            .isInstanceOf(BundleException.class)
            .hasMessageContaining("does not run as the manifest says");
      }
    }
  }
}
