package dev.whisker.trainer.engine;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.trainer.export.NetworkFile;
import dev.whisker.trainer.layers.FastLayers;
import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import dev.whisker.trainer.network.NetworkState;
import java.io.IOException;
import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Classifies with a deeplearning4j network. Thread-safe: calls wait for each other, because a
 * network serves one at a time.
 */
public final class Dl4jClassifier implements SequenceClassifier {
  private final MultiLayerNetwork network;
  private final NetworkInput input;
  private final double temperature;
  private final int labels;
  private final NetworkState state;

  /**
   * For a network that is not used elsewhere at the same time.
   *
   * @param network gives probabilities, {@code [n, labels]}
   * @param shape what goes in and comes out
   * @param normalizer standardizes what goes in
   * @param temperature divides the logits that the probabilities come from
   */
  public Dl4jClassifier(
      MultiLayerNetwork network, NetworkShape shape, Normalizer normalizer, double temperature) {
    this.network = network;
    this.input = new NetworkInput(network, shape, normalizer);
    this.temperature = temperature;
    this.labels = shape.labels();
    this.state = new NetworkState(network);
  }

  /**
   * Loads a bundle's network.
   *
   * @param fast whether layers that Whisker computes faster take the place of deeplearning4j's own
   */
  static Dl4jClassifier open(Bundle bundle, boolean fast) {
    Manifest manifest = bundle.manifest();
    NetworkShape shape = NetworkShape.of(manifest);
    try {
      MultiLayerNetwork network = NetworkFile.read(bundle.dl4j());
      if (fast) {
        FastLayers.install(network);
      }
      Dl4jClassifier classifier =
          new Dl4jClassifier(network, shape, manifest.normalizer(), manifest.temperature());
      if (!Objects.equals(classifier.state.described(), manifest.state())) {
        throw new IllegalStateException(
            "The network carries "
                + classifier.state.described()
                + " from window to window; the manifest says "
                + manifest.state());
      }
      // One window of zeros: shapes that do not fit are found here and not on live data.
      classifier.classify(new float[shape.values()], 1, new float[shape.labels()]);
      return classifier;
    } catch (IOException | RuntimeException e) {
      throw new BundleException(
          "network.dl4j.zip of model "
              + manifest.name()
              + " does not run as the manifest says (windows of "
              + shape.length()
              + " × "
              + shape.channels()
              + " to "
              + shape.labels()
              + " probabilities): "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public int stateSize() {
    return state.size();
  }

  @Override
  public synchronized void classify(float[] windows, int count, float[] probabilities) {
    if (stateSize() > 0) {
      classify(windows, count, new float[count * stateSize()], probabilities);
    } else {
      take(input.output(network, windows, count), count, probabilities);
    }
  }

  @Override
  public synchronized void classify(
      float[] windows, int count, float[] carried, float[] probabilities) {
    if (stateSize() == 0) {
      classify(windows, count, probabilities);
      return;
    }
    state.set(carried, count);
    INDArray given = network.rnnTimeStep(input.of(windows, count));
    take(given.dup('c').data().asFloat(), count, probabilities);
    state.get(carried, count);
  }

  private void take(float[] output, int count, float[] probabilities) {
    if (output.length != count * labels) {
      throw new IllegalStateException(
          "The network gave "
              + output.length
              + " probabilities for "
              + count
              + " windows; expected "
              + labels
              + " each");
    }
    System.arraycopy(output, 0, probabilities, 0, output.length);
    if (temperature != 1) {
      for (int w = 0; w < count; w++) {
        temper(probabilities, w * labels);
      }
    }
  }

  /** The softmax of logits / T is the softmax's own power 1 / T, scaled to sum to 1. */
  private void temper(float[] probabilities, int offset) {
    double sum = 0;
    for (int i = offset; i < offset + labels; i++) {
      probabilities[i] = (float) Math.pow(probabilities[i], 1 / temperature);
      sum += probabilities[i];
    }
    for (int i = offset; i < offset + labels; i++) {
      probabilities[i] /= (float) sum;
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
