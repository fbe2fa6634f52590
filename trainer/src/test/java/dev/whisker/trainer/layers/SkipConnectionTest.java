package dev.whisker.trainer.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class SkipConnectionTest {
  private static final int STEPS = 5;
  private static final int INPUTS = 3;
  private static final int UNITS = 4;

  @Test
  void whatGoesInStandsBesideWhatTheLayerMakesOfIt() {
    MultiLayerNetwork network = network(1);
    INDArray input = Nd4j.randn(DataType.DOUBLE, 2, STEPS, INPUTS);
    INDArray output = network.feedForward(input).get(1);
    assertThat(output.shape()).containsExactly(2, STEPS, INPUTS + UNITS);
    assertThat(columns(output, 0, INPUTS)).isEqualTo(input);
    assertThat(columns(output, INPUTS, INPUTS + UNITS).norm1Number().doubleValue()).isPositive();
  }

  /** One on top of the other, so that errors go back through one of them, too. */
  @Test
  void theGradientIsWhatFiniteDifferencesGive() {
    MultiLayerNetwork network = network(2);
    DataType usual = Nd4j.dataType();
    DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
    try {
      assertThat(isGradientRight(network)).isTrue();
    } finally {
      DataTypeUtil.setDTypeForContext(usual);
    }
  }

  private static boolean isGradientRight(MultiLayerNetwork network) {
    return GradientCheckUtil.checkGradients(
        new GradientCheckUtil.MLNConfig()
            .net(network)
            .epsilon(1e-6)
            .maxRelError(1e-3)
            .minAbsoluteError(1e-8)
            .input(Nd4j.randn(DataType.DOUBLE, 3, STEPS, INPUTS))
            .labels(Nd4j.eye(3).castTo(DataType.DOUBLE))
            .exitOnFirstError(true));
  }

  @Test
  void itCanOnlySkipAnLstmLayerWhoseChannelsComeLast() {
    LSTM channelsFirst = new LSTM.Builder().nOut(2).build();
    assertThatThrownBy(() -> new SkipConnection(channelsFirst))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("channels come last");
  }

  private static INDArray columns(INDArray of, int from, int to) {
    return of.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup();
  }

  private static MultiLayerNetwork network(int layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new NoOp())
            .list();
    for (int i = 0; i < layers; i++) {
      list.layer(
          new SkipConnection(
              new LSTM.Builder()
                  .nOut(UNITS)
                  .activation(Activation.TANH)
                  .dataFormat(RNNFormat.NWC)
                  .build()));
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).poolingDimensions(1).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(INPUTS, STEPS, RNNFormat.NWC))
                .build());
    network.init();
    return network;
  }
}
