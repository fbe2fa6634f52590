package dev.whisker.trainer.layers;

import static dev.whisker.trainer.layers.Twins.TOLERANCE;
import static dev.whisker.trainer.layers.Twins.difference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Two LSTM layers trained on the second of two windows, with the state that the first has left. */
class CarriedLstmTest {
  private static final int BATCH = 3;
  private static final int CHANNELS = 2;
  private static final int STEPS = 4;
  private static final int UNITS = 3;
  private static final int CLASSES = 2;
  private static final int[] LSTM_LAYERS = {1, 2};

  private final Random random = new Random(3);
  private final INDArray first = input();
  private final INDArray second = input();
  private final INDArray labels = Nd4j.create(new double[][] {{1, 0}, {0, 1}, {1, 0}});

  private INDArray input() {
    double[] values = new double[BATCH * CHANNELS * STEPS];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextGaussian();
    }
    return Nd4j.create(values, new long[] {BATCH, CHANNELS, STEPS}, 'c');
  }

  private static MultiLayerNetwork network(DataType type) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(new Sgd(0.1)).list();
    list.layer(new DenseLayer.Builder().nOut(3).activation(Activation.TANH).build());
    for (int ignored : LSTM_LAYERS) {
      list.layer(
          new org.deeplearning4j.nn.conf.layers.LSTM.Builder()
              .nOut(UNITS)
              .activation(Activation.TANH)
              .build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(CHANNELS, STEPS))
                .build());
    network.init();
    return network;
  }

  /** In 64-bit floats, by deeplearning4j's own loops. */
  private static MultiLayerNetwork exact() {
    MultiLayerNetwork network = network(DataType.DOUBLE);
    FastLayers.carryState(network);
    return network;
  }

  /** In 32-bit floats, with the same weights, by the fast layers. */
  private static MultiLayerNetwork fast(MultiLayerNetwork exact) {
    MultiLayerNetwork network = network(DataType.FLOAT);
    network.setParams(exact.params().castTo(DataType.FLOAT));
    FastLayers.install(network, new Cores(2));
    FastLayers.carryState(network);
    return network;
  }

  private static List<Map<String, INDArray>> state(MultiLayerNetwork network) {
    List<Map<String, INDArray>> state = new ArrayList<>();
    for (int layer : LSTM_LAYERS) {
      state.add(((RecurrentLayer) network.getLayer(layer)).rnnGetPreviousState());
    }
    return state;
  }

  private static void setState(MultiLayerNetwork network, List<Map<String, INDArray>> state) {
    for (int i = 0; i < LSTM_LAYERS.length; i++) {
      ((RecurrentLayer) network.getLayer(LSTM_LAYERS[i])).rnnSetPreviousState(state.get(i));
    }
  }

  /** The summed loss of the second window after the given state; the gradient is in the network. */
  private double loss(MultiLayerNetwork network, List<Map<String, INDArray>> state) {
    setState(network, state);
    DataType type = network.params().dataType();
    network.setInput(second.castTo(type));
    network.setLabels(labels.castTo(type));
    network.computeGradientAndScore();
    return network.score() * BATCH;
  }

  /** The same loss by a forward pass alone. */
  private double lossForward(MultiLayerNetwork network, List<Map<String, INDArray>> state) {
    setState(network, state);
    INDArray probabilities = network.rnnTimeStep(second);
    return -Transforms.log(probabilities).mul(labels).sumNumber().doubleValue();
  }

  private List<Map<String, INDArray>> afterFirst(MultiLayerNetwork network) {
    network.rnnClearPreviousState();
    network.rnnTimeStep(first.castTo(network.params().dataType()));
    return state(network);
  }

  @Test
  void theGradientIsThatOfTheLossAfterTheCarriedState() {
    MultiLayerNetwork network = exact();
    List<Map<String, INDArray>> state = afterFirst(network);
    loss(network, state);
    INDArray gradient = network.gradient().gradient().dup();
    INDArray params = network.params();
    double step = 1e-5;
    for (long i = 0; i < params.length(); i++) {
      double value = params.getDouble(i);
      params.putScalar(i, value + step);
      double more = lossForward(network, state);
      params.putScalar(i, value - step);
      double less = lossForward(network, state);
      params.putScalar(i, value);
      assertThat(gradient.getDouble(i))
          .as("parameter " + i)
          .isCloseTo((more - less) / (2 * step), within(1e-7));
    }
  }

  @Test
  void theStateMattersForLossAndGradient() {
    MultiLayerNetwork network = exact();
    List<Map<String, INDArray>> state = afterFirst(network);
    double with = loss(network, state);
    INDArray gradient = network.gradient().gradient().dup();
    double without = loss(network, List.of(Map.of(), Map.of()));
    assertThat(Math.abs(with - without)).isGreaterThan(1e-3);
    assertThat(difference(network.gradient().gradient(), gradient)).isGreaterThan(1e-2);
  }

  @Test
  void theFastLayersHaveTheSameGradientAndState() {
    MultiLayerNetwork exact = exact();
    MultiLayerNetwork fast = fast(exact);
    loss(exact, afterFirst(exact));
    loss(fast, afterFirst(fast));
    assertThat(fast.getLayer(1)).isInstanceOf(CarriedLstm.class);
    assertThat(((CarriedLstm) fast.getLayer(1)).getHelper()).isInstanceOf(FastLstmHelper.class);
    assertThat(
            difference(
                fast.gradient().gradient(), exact.gradient().gradient().castTo(DataType.FLOAT)))
        .isLessThan(TOLERANCE);
    for (int i = 0; i < LSTM_LAYERS.length; i++) {
      for (String key : List.of(LSTM.STATE_KEY_PREV_ACTIVATION, LSTM.STATE_KEY_PREV_MEMCELL)) {
        assertThat(
                difference(
                    state(fast).get(i).get(key),
                    state(exact).get(i).get(key).castTo(DataType.FLOAT)))
            .isLessThan(TOLERANCE);
      }
    }
  }

  @Test
  void aStepOfTheOptimizerLeavesTheStateAfterTheWindow() {
    MultiLayerNetwork network = fast(exact());
    List<Map<String, INDArray>> before = afterFirst(network);
    INDArray input = second.castTo(DataType.FLOAT);
    setState(network, before);
    network.rnnTimeStep(input);
    List<Map<String, INDArray>> expected = state(network);
    setState(network, before);
    network.fit(input, labels.castTo(DataType.FLOAT));
    for (int i = 0; i < LSTM_LAYERS.length; i++) {
      for (String key : expected.get(i).keySet()) {
        assertThat(difference(state(network).get(i).get(key), expected.get(i).get(key)))
            .isLessThan(1e-6);
      }
    }
  }
}
