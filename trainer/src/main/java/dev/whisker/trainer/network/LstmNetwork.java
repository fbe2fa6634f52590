package dev.whisker.trainer.network;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.activations.Activation;

/**
 * Recurrent layers over the steps of a window, read out as the mean of the last layer's outputs.
 *
 * <pre>
 *   step 1 .. n → (dense) → LSTM → … → LSTM → mean over the steps → softmax
 * </pre>
 */
final class LstmNetwork implements Network {
  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public MultiLayerConfiguration configuration(
      NetworkShape shape, NetworkSettings settings, List<Double> classWeights) {
    NeuralNetConfiguration.ListBuilder list = Layers.begin(settings);
    if (settings.embedding() > 0) {
      list.layer(
          new DenseLayer.Builder().nOut(settings.embedding()).activation(Activation.RELU).build());
    }
    for (int i = 0; i < settings.layers(); i++) {
      LSTM.Builder lstm = new LSTM.Builder().nOut(settings.units()).activation(Activation.TANH);
      if (i > 0) {
        lstm.dropOut(Layers.dropout(settings));
      }
      list.layer(lstm.build());
    }
    return list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
        .layer(Layers.output(shape, settings, classWeights))
        .setInputType(InputType.recurrent(shape.inputs(), shape.steps()))
        .build();
  }
}
