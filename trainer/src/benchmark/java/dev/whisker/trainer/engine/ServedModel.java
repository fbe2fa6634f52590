package dev.whisker.trainer.engine;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.export.NetworkFile;
import dev.whisker.trainer.export.OnnxExport;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The networks that are measured, with the weights that a training begins with.
 *
 * <ul>
 *   <li>A: one LSTM layer of 64 units on 128 steps of 9 channels, their mean, 6 classes.
 *   <li>B: the demo's default: windows of 3125 × 3 as 25 steps of 375, a dense layer of 128 units
 *       for every step, one LSTM layer of 64, their mean, 3 classes.
 *   <li>C: two LSTM layers of 128 units on 128 steps of 9 channels, their mean, 6 classes.
 * </ul>
 */
public enum ServedModel {
  /** See {@link ServedModel}. */
  A(new NetworkShape(128, 9, 1, 6), 64, 1, 0),
  /** See {@link ServedModel}. */
  B(new NetworkShape(3_125, 3, 125, 3), 64, 1, 128),
  /** See {@link ServedModel}. */
  C(new NetworkShape(128, 9, 1, 6), 128, 2, 0);

  final NetworkShape shape;
  private final int units;
  private final int layers;
  private final int embedding;

  ServedModel(NetworkShape shape, int units, int layers, int embedding) {
    this.shape = shape;
    this.units = units;
    this.layers = layers;
    this.embedding = embedding;
  }

  /** Its bundle, always the same. */
  Bundle bundle() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Network.named("lstm")
                .configuration(
                    shape,
                    new NetworkSettings(units, layers, embedding, 0, 1e-3, 0, 1, 1),
                    Collections.nCopies(shape.labels(), 1.0)));
    network.init();
    Normalizer normalizer =
        new Normalizer(
            Collections.nCopies(shape.channels(), 1f), Collections.nCopies(shape.channels(), 2f));
    Manifest manifest =
        new Manifest(
            Bundle.FORMAT_VERSION,
            name(),
            "1",
            "2026-01-01T00:00:00Z",
            IntStream.range(0, shape.channels()).mapToObj(c -> new Channel("c" + c, "")).toList(),
            WindowSpec.of(20_000, shape.length(), (shape.length() + 1) / 2),
            shape.frame(),
            IntStream.range(0, shape.labels()).mapToObj(l -> "label-" + l).toList(),
            normalizer,
            1,
            0,
            Smoothing.DEFAULT,
            List.of(),
            null,
            null,
            null,
            Map.of());
    return new Bundle(
        manifest,
        OnnxExport.write(network, shape, normalizer, manifest.temperature()),
        NetworkFile.write(network));
  }

  /** Raw windows of noise, always the same. */
  float[] windows(int count) {
    Random random = new Random(1);
    float[] values = new float[count * shape.values()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1 + 2 * random.nextGaussian());
    }
    return values;
  }
}
