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
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class OnnxExportTest {
  @ParameterizedTest(name = "{0}: {1} × {2}, frame {3}, {4} layers, embedding {5}, temperature {6}")
  @CsvSource({
    "lstm, 12, 1, 1, 1, 0, 1",
    "lstm, 12, 3, 4, 1, 0, 1",
    "lstm, 12, 3, 12, 2, 0, 1",
    "lstm, 30, 2, 5, 2, 7, 1",
    "lstm, 8, 3, 2, 1, 6, 2.5",
    "stacked-lstm, 12, 3, 4, 1, 0, 1",
    "bilstm, 12, 3, 2, 2, 7, 1",
    "rnn, 12, 3, 2, 2, 7, 1",
    "cnn, 12, 3, 1, 1, 0, 1",
    "cnn, 50, 3, 1, 1, 0, 2",
    "cnn, 900, 2, 3, 1, 0, 1",
    "cnn-lstm, 12, 3, 1, 1, 0, 1",
    "cnn-lstm, 50, 3, 2, 2, 0, 1",
    "cnn-lstm, 1200, 2, 1, 1, 0, 1",
    "dense, 10, 3, 1, 1, 0, 1",
    "dense, 10, 3, 5, 1, 0, 0.5"
  })
  void bothEnginesGiveTheSameProbabilitiesForTheSameRawWindows(
      String kind,
      int length,
      int channels,
      int frame,
      int layers,
      int embedding,
      double temperature) {
    NetworkShape shape = new NetworkShape(length, channels, frame, 4);
    Bundle bundle = bundle(network(kind, shape, layers, embedding), shape, temperature);
    Random random = new Random(5);
    int count = 17;
    float[] windows = new float[count * shape.values()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = (float) (10 + 3 * random.nextGaussian());
    }
    float[] byOnnx = classify("onnx", bundle, windows, count);
    float[] byDl4j = classify("dl4j", bundle, windows, count);
    assertThat(byOnnx).hasSize(count * 4);
    for (int i = 0; i < byOnnx.length; i++) {
      assertThat(byOnnx[i]).isCloseTo(byDl4j[i], within(1e-5f));
    }
    for (int w = 0; w < count; w++) {
      double sum = 0;
      for (int label = 0; label < 4; label++) {
        sum += byOnnx[4 * w + label];
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
    assertThat(IntStream.range(1, count).anyMatch(w -> byOnnx[4 * w] != byOnnx[0])).isTrue();
  }

  @ParameterizedTest(name = "{0}, frame {1}, {2} layers, embedding {3}")
  @CsvSource({
    "lstm, 1, 1, 0",
    "lstm, 2, 2, 6",
    "bilstm, 1, 2, 6",
    "rnn, 2, 1, 0",
    "cnn, 1, 1, 0",
    "cnn-lstm, 1, 2, 0",
    "dense, 2, 1, 0"
  })
  void aPaddedWindowGivesWhatItGivesAloneInBothEngines(
      String kind, int frame, int layers, int embedding) {
    int length = 12;
    NetworkShape padded = new NetworkShape(length, 2, frame, 4, true);
    MultiLayerNetwork network = network(kind, padded, layers, embedding);
    Bundle bundle = bundle(network, padded, 1.5);
    Random random = new Random(7);
    int count = 9;
    float[] windows = new float[count * padded.values()];
    int[] samples = new int[count];
    for (int w = 0; w < count; w++) {
      samples[w] = (1 + random.nextInt(length / frame)) * frame;
      for (int i = 0; i < padded.values(); i++) {
        windows[w * padded.values() + i] =
            i < 2 * samples[w] ? (float) (10 + 3 * random.nextGaussian()) : Float.NaN;
      }
    }
    float[] byOnnx = classify("onnx", bundle, windows, count);
    float[] byDl4j = classify("dl4j", bundle, windows, count);
    for (int i = 0; i < byOnnx.length; i++) {
      assertThat(byOnnx[i]).isCloseTo(byDl4j[i], within(1e-5f));
    }
    if (kind.equals("dense")) {
      return;
    }
    for (int w = 0; w < count; w++) {
      NetworkShape own = new NetworkShape(samples[w], 2, frame, 4);
      MultiLayerNetwork shorter = network(kind, own, layers, embedding);
      shorter.setParams(network.params());
      float[] alone = Arrays.copyOfRange(windows, w * 2 * length, w * 2 * length + 2 * samples[w]);
      float[] expected = classify("onnx", bundle(shorter, own, 1.5), alone, 1);
      for (int label = 0; label < 4; label++) {
        assertThat(byOnnx[4 * w + label]).isCloseTo(expected[label], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"cnn", "cnn-lstm"})
  void paddingIsMaskedBehindPoolingToo(String kind) {
    NetworkShape shape = new NetworkShape(50, 3, 1, 4, true);
    Bundle bundle = bundle(network(kind, shape, 1, 0), shape, 1);
    Random random = new Random(8);
    int count = 50;
    float[] windows = new float[count * shape.values()];
    for (int i = 0; i < windows.length; i++) {
      boolean padding = i % shape.values() >= 3 * (1 + i / shape.values());
      windows[i] = padding ? Float.NaN : (float) (10 + 3 * random.nextGaussian());
    }
    float[] byOnnx = classify("onnx", bundle, windows, count);
    float[] byDl4j = classify("dl4j", bundle, windows, count);
    for (int i = 0; i < byOnnx.length; i++) {
      assertThat(byOnnx[i]).isCloseTo(byDl4j[i], within(1e-5f));
    }
  }

  @Test
  void theSameNetworkGivesTheSameBytes() {
    NetworkShape shape = new NetworkShape(12, 2, 3, 3);
    MultiLayerNetwork network = network("lstm", shape, 2, 5);
    Normalizer normalizer = normalizer(2);
    assertThat(OnnxExport.write(network, shape, normalizer, 1))
        .isEqualTo(OnnxExport.write(network, shape, normalizer, 1));
    assertThat(NetworkFile.write(network)).isEqualTo(NetworkFile.write(network));
  }

  @Test
  void aSavedNetworkIsReadBackWithItsParameters() throws IOException {
    MultiLayerNetwork network = network("lstm", new NetworkShape(12, 2, 3, 3), 2, 5);
    assertThat(NetworkFile.read(NetworkFile.write(network)).params()).isEqualTo(network.params());
  }

  @Test
  void aLayerThatCannotBeWrittenIsRefusedByName() {
    NetworkShape shape = new NetworkShape(6, 1, 1, 2);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new LSTM.Builder().nOut(3).activation(Activation.TANH).build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.MAX).build())
                .layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.recurrent(1, 6))
                .build());
    network.init();
    assertThatThrownBy(() -> OnnxExport.write(network, shape, normalizer(1), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GlobalPoolingLayer")
        .hasMessageContaining("cannot be written as ONNX");
  }

  @Test
  void aBundleWhoseNetworksDoNotFitItsManifestIsRefusedByBothEngines() {
    NetworkShape shape = new NetworkShape(12, 2, 3, 3);
    NetworkShape other = new NetworkShape(10, 2, 2, 3);
    MultiLayerNetwork network = network("lstm", other, 1, 0);
    Bundle bundle =
        new Bundle(
            manifest(shape, 1),
            OnnxExport.write(network, other, normalizer(2), 1),
            NetworkFile.write(network));
    for (String engine : List.of("onnx", "dl4j")) {
      assertThatThrownBy(() -> Engine.named(engine).open(bundle))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("does not run as the manifest says (windows of 12 × 2");
    }
  }

  private static float[] classify(String engine, Bundle bundle, float[] windows, int count) {
    float[] probabilities = new float[count * bundle.manifest().labels().size()];
    try (SequenceClassifier classifier = Engine.named(engine).open(bundle)) {
      classifier.classify(windows, count, probabilities);
    }
    return probabilities;
  }

  private static MultiLayerNetwork network(
      String kind, NetworkShape shape, int layers, int embedding) {
    NetworkSettings settings = new NetworkSettings(5, layers, embedding, 0.2, 1e-3, 1e-4, 1, 3);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Network.named(kind)
                .configuration(shape, settings, Collections.nCopies(shape.labels(), 1.0)));
    network.init();
    // Biases begin at 0 or 1, and gates in a wrong order would not show.
    network.setParams(network.params().add(Nd4j.randn(network.params().shape()).mul(0.3)));
    for (Layer layer : network.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        INDArray variance = layer.getParam("var");
        variance.assign(Transforms.abs(variance));
      }
    }
    return network;
  }

  private static Bundle bundle(MultiLayerNetwork network, NetworkShape shape, double temperature) {
    Normalizer normalizer = normalizer(shape.channels());
    return new Bundle(
        manifest(shape, temperature),
        OnnxExport.write(network, shape, normalizer, temperature),
        NetworkFile.write(network));
  }

  private static Normalizer normalizer(int channels) {
    return new Normalizer(
        IntStream.range(0, channels).mapToObj(c -> 10f + c).toList(),
        IntStream.range(0, channels).mapToObj(c -> 3f + c).toList());
  }

  private static Manifest manifest(NetworkShape shape, double temperature) {
    return new Manifest(
        Bundle.FORMAT_VERSION,
        "model",
        "1",
        "2026-01-01T00:00:00Z",
        IntStream.range(0, shape.channels()).mapToObj(c -> new Channel("c" + c, "")).toList(),
        new WindowSpec(
            1_000, shape.length(), shape.length(), 5, 0, 0.8, shape.pads() ? 1 : shape.length()),
        shape.frame(),
        IntStream.range(0, shape.labels()).mapToObj(l -> "label-" + l).toList(),
        normalizer(shape.channels()),
        temperature,
        0,
        Smoothing.DEFAULT,
        List.of(),
        null,
        null,
        null,
        Map.of());
  }
}
