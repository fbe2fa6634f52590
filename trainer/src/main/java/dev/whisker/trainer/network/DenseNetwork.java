package dev.whisker.trainer.network;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.activations.Activation;

/** Two dense layers over all values of a window, which know nothing of time. */
final class DenseNetwork implements Network {
  private static final int[] UNITS = {128, 64};

  @Override
  public String name() {
    return "dense";
  }

  @Override
  public int defaultFrame(int length) {
    return Frames.defaultFor(length);
  }

  @Override
  public MultiLayerConfiguration configuration(
      NetworkShape shape, NetworkSettings settings, List<Double> classWeights) {
    NeuralNetConfiguration.ListBuilder list = Layers.begin(settings);
    for (int units : UNITS) {
      list.layer(new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build());
    }
    return list.layer(Layers.output(shape, settings, classWeights))
        .setInputType(InputType.feedForward(shape.values()))
        .build();
  }
}
