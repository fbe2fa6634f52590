package dev.whisker.trainer.network;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.activations.Activation;

/**
 * Recurrent layers over the steps of a window, read out as the mean of the last layer's outputs.
 *
 * <pre>
 *   step 1 .. n → (dense) → recurrent → … → recurrent → mean over the steps → softmax
 * </pre>
 */
final class RecurrentNetwork implements Network {
  private final String name;
  private final boolean gated;
  private final boolean bothWays;
  private final int fewestLayers;

  private RecurrentNetwork(String name, boolean gated, boolean bothWays, int fewestLayers) {
    this.name = name;
    this.gated = gated;
    this.bothWays = bothWays;
    this.fewestLayers = fewestLayers;
  }

  /** Of plain recurrent layers. */
  static RecurrentNetwork rnn() {
    return new RecurrentNetwork("rnn", false, false, 1);
  }

  /** Of LSTM layers. */
  static RecurrentNetwork lstm() {
    return new RecurrentNetwork("lstm", true, false, 1);
  }

  /** Of two LSTM layers or more. */
  static RecurrentNetwork stackedLstm() {
    return new RecurrentNetwork("stacked-lstm", true, false, 2);
  }

  /** Of LSTM layers that go through the window from both ends. */
  static RecurrentNetwork bilstm() {
    return new RecurrentNetwork("bilstm", true, true, 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int defaultFrame(int length) {
    return Frames.defaultFor(length);
  }

  @Override
  public MultiLayerConfiguration configuration(
      NetworkShape shape, NetworkSettings settings, List<Double> classWeights) {
    NeuralNetConfiguration.ListBuilder list = Layers.begin(settings);
    if (settings.embedding() > 0) {
      list.layer(
          new DenseLayer.Builder().nOut(settings.embedding()).activation(Activation.RELU).build());
    }
    for (int i = 0; i < Math.max(fewestLayers, settings.layers()); i++) {
      list.layer(layer(settings, i > 0));
    }
    return list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
        .layer(Layers.output(shape, settings, classWeights))
        .setInputType(InputType.recurrent(shape.inputs(), shape.steps()))
        .build();
  }

  private Layer layer(NetworkSettings settings, boolean withDropout) {
    BaseRecurrentLayer.Builder<?> builder = gated ? new LSTM.Builder() : new SimpleRnn.Builder();
    builder.nOut(settings.units()).activation(Activation.TANH);
    if (withDropout) {
      builder.dropOut(Layers.dropout(settings));
    }
    BaseRecurrentLayer layer = builder.build();
    return bothWays ? new Bidirectional(Bidirectional.Mode.CONCAT, layer) : layer;
  }
}
