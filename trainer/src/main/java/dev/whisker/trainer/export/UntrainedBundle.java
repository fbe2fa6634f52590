package dev.whisker.trainer.export;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A bundle whose network has the weights that it was born with: it costs what a trained one costs
 * and knows nothing. For benchmarks.
 */
public final class UntrainedBundle {
  private static final int BINS = 10;
  private static final String CREATED = "2026-01-01T00:00:00Z";

  private UntrainedBundle() {}

  /**
   * Makes one; the same arguments give the same bytes. It expects values from -1 to 1, and has a
   * histogram of each channel, as a trained one has.
   *
   * @param name the model's name
   * @param network the kind of network, one of {@link Network#names()}
   * @param window the windows' shape
   * @param shape what goes into the network and comes out
   * @param settings units, layers and seed
   */
  public static Bundle of(
      String name,
      String network,
      WindowSpec window,
      NetworkShape shape,
      NetworkSettings settings) {
    MultiLayerNetwork untrained =
        new MultiLayerNetwork(
            Network.named(network)
                .configuration(shape, settings, Collections.nCopies(shape.labels(), 1.0)));
    untrained.init();
    Normalizer normalizer =
        new Normalizer(
            Collections.nCopies(shape.channels(), 0f),
            // The standard deviation of values that are anywhere from -1 to 1.
            Collections.nCopies(shape.channels(), (float) Math.sqrt(1 / 3.0)));
    Manifest manifest =
        new Manifest(
            Bundle.FORMAT_VERSION,
            name,
            "untrained",
            CREATED,
            IntStream.range(0, shape.channels()).mapToObj(c -> new Channel("c" + c, "")).toList(),
            window,
            shape.frame(),
            IntStream.range(0, shape.labels()).mapToObj(label -> "class-" + label).toList(),
            normalizer,
            1,
            0,
            Smoothing.DEFAULT,
            Collections.nCopies(shape.channels(), histogram()),
            null,
            null,
            null,
            Map.of());
    List<Double> shares = Collections.nCopies(shape.labels(), 1.0 / shape.labels());
    return new Bundle(
        manifest.withServing(0, Smoothing.DEFAULT, shares),
        OnnxExport.write(untrained, shape, normalizer, 1),
        NetworkFile.write(untrained));
  }

  /** Of values that are anywhere from -1 to 1. */
  private static Manifest.Histogram histogram() {
    return new Manifest.Histogram(
        IntStream.range(1, BINS).mapToObj(bin -> 2f * bin / BINS - 1).toList(),
        Collections.nCopies(BINS, 1f / BINS));
  }
}
