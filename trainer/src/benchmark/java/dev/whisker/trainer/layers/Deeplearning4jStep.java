package dev.whisker.trainer.layers;

import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.nativeblas.NativeOpsHolder;

/** A step by deeplearning4j, as it comes or with the fast LSTM. */
final class Deeplearning4jStep implements TrainingStep {
  private final MultiLayerNetwork network;
  private final INDArray input;
  private final INDArray labels;

  /**
   * A step.
   *
   * @param cores of the fast LSTM; 0: deeplearning4j as it comes, which is fastest on one
   */
  Deeplearning4jStep(Model model, int batch, int cores) {
    Nd4j.getBackend();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    network = new MultiLayerNetwork(configuration(model));
    network.init();
    if (cores > 0) {
      FastLayers.install(network, new Cores(cores));
    }
    Random random = new Random(1);
    float[] values = new float[batch * model.inputs * model.steps];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    input = input(model, batch, cores, values);
    labels = Nd4j.zeros(batch, model.classes);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, i % model.classes, 1);
    }
  }

  /** In the layout that it is fastest with. */
  private static INDArray input(Model model, int batch, int cores, float[] values) {
    if (model.kind == Model.Kind.DENSE) {
      return Nd4j.create(values, new long[] {batch, model.inputs}, 'f');
    }
    if (model.kind == Model.Kind.CNN) {
      return Nd4j.create(values, new long[] {batch, model.steps, 1, model.inputs}, 'c');
    }
    return cores > 0
        ? Nd4j.create(values, new long[] {model.steps, batch, model.inputs}, 'c').permute(1, 2, 0)
        : Nd4j.create(values, new long[] {batch, model.inputs, model.steps}, 'f');
  }

  private static MultiLayerConfiguration configuration(Model model) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3)).list();
    if (model.kind == Model.Kind.CNN) {
      convolutions(list, model);
    }
    for (int units : new int[] {128, 64}) {
      if (model.kind == Model.Kind.DENSE) {
        list.layer(new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build());
      }
    }
    boolean convolutional = model.kind == Model.Kind.CNN;
    for (int i = 0; i < model.layers; i++) {
      list.layer(
          model.kind == Model.Kind.RNN
              ? new SimpleRnn.Builder().nOut(model.units).activation(Activation.TANH).build()
              : new LSTM.Builder()
                  .nOut(model.units)
                  .activation(Activation.TANH)
                  .dataFormat(convolutional ? RNNFormat.NWC : RNNFormat.NCW)
                  .build());
    }
    if (model.kind != Model.Kind.DENSE) {
      GlobalPoolingLayer.Builder pooling = new GlobalPoolingLayer.Builder(PoolingType.AVG);
      if (convolutional) {
        pooling.poolingDimensions(model.layers > 0 ? new int[] {1} : new int[] {1, 2});
      }
      list.layer(pooling.build());
    }
    return list.layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(model.classes)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(
            switch (model.kind) {
              case DENSE -> InputType.feedForward(model.inputs);
              case CNN -> InputType.convolutional(model.steps, 1, model.inputs, CNN2DFormat.NHWC);
              default -> InputType.recurrent(model.inputs, model.steps);
            })
        .build();
  }

  /** Its batch normalization works on images, not on sequences: images one pixel wide. */
  private static void convolutions(NeuralNetConfiguration.ListBuilder list, Model model) {
    int layer = 0;
    int steps = model.steps;
    for (int i = 0; i < 2; i++) {
      list.layer(
              new ConvolutionLayer.Builder(5, 1)
                  .nOut(model.units)
                  .convolutionMode(ConvolutionMode.Same)
                  .dataFormat(CNN2DFormat.NHWC)
                  .activation(Activation.IDENTITY)
                  .build())
          .layer(new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build())
          .layer(new ActivationLayer(Activation.RELU))
          .layer(
              new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                  .kernelSize(2, 1)
                  .stride(2, 1)
                  .dataFormat(CNN2DFormat.NHWC)
                  .build());
      layer += 4;
      steps /= 2;
    }
    if (model.layers > 0) {
      list.inputPreProcessor(
          layer,
          new ReshapePreprocessor(
              new long[] {steps, 1, model.units},
              new long[] {steps, model.units},
              false,
              RNNFormat.NWC));
    }
  }

  @Override
  public double run() {
    network.fit(input, labels);
    return network.score();
  }

  @Override
  public void close() {
    network.close();
  }
}
