package dev.whisker.trainer.network;

import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What all kinds of networks begin and end with. */
final class Layers {
  private Layers() {}

  /** Optimizer, regularization and seed; the layers follow. */
  static NeuralNetConfiguration.ListBuilder begin(NetworkSettings settings) {
    return new NeuralNetConfiguration.Builder()
        .seed(settings.seed())
        .weightInit(WeightInit.XAVIER)
        .updater(new Adam(settings.learningRate()))
        .l2(settings.l2())
        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
        .gradientNormalizationThreshold(settings.clip())
        .list();
  }

  /** The softmax over the labels with its weighted cross-entropy. */
  static OutputLayer output(
      NetworkShape shape, NetworkSettings settings, List<Double> classWeights) {
    float[] weights = new float[classWeights.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = classWeights.get(i).floatValue();
    }
    return new OutputLayer.Builder(new LossMCXENT(Nd4j.createFromArray(weights)))
        .nOut(shape.labels())
        .activation(Activation.SOFTMAX)
        .dropOut(dropout(settings))
        .build();
  }

  /** Dropout of a layer's inputs; null: none. */
  static Dropout dropout(NetworkSettings settings) {
    // deeplearning4j is told what is kept.
    return settings.dropout() == 0 ? null : new Dropout(1 - settings.dropout());
  }
}
