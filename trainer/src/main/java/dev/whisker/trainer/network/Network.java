package dev.whisker.trainer.network;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * A kind of network. Its layers must be ones that {@link dev.whisker.trainer.export.OnnxExport}
 * knows.
 */
public interface Network {
  /** Its name on the command line. */
  String name();

  /**
   * Whether its state goes on from one window of a device to the next; the hop is then the length.
   */
  default boolean isStateful() {
    return false;
  }

  /** How many samples usually make a step; a divisor of the window's length. */
  int defaultFrame(int length);

  /** The share of a layer's inputs that is usually left out in training. */
  default double defaultDropout() {
    return 0;
  }

  /**
   * Its deeplearning4j configuration.
   *
   * @param shape what goes in and comes out
   * @param settings units, layers, optimizer, seed; a kind takes those that apply to it
   * @param classWeights the weight of each class in the loss, in the order of the labels
   */
  MultiLayerConfiguration configuration(
      NetworkShape shape, NetworkSettings settings, List<Double> classWeights);

  /** All kinds. */
  static List<Network> all() {
    return List.of(
        RecurrentNetwork.lstm(),
        RecurrentNetwork.stackedLstm(),
        RecurrentNetwork.bilstm(),
        new StatefulNetwork(),
        ConvolutionalNetwork.cnnLstm(),
        ConvolutionalNetwork.cnn(),
        RecurrentNetwork.rnn(),
        new DenseNetwork());
  }

  /** The names of all kinds. */
  static List<String> names() {
    return all().stream().map(Network::name).toList();
  }

  /**
   * The kind of the given name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Network named(String name) {
    return all().stream()
        .filter(network -> network.name().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no network '" + name + "'; there are " + names()));
  }
}
