package dev.whisker.trainer.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;
import java.util.Arrays;
import java.util.Collections;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class StepMaskTest {
  private static final int STEPS = 7;

  @ParameterizedTest
  @CsvSource({"lstm", "stacked-lstm", "bilstm", "rnn"})
  void theGradientOfAPaddedSequenceIsThatOfTheSequenceAlone(String kind) {
    MultiLayerNetwork padded = network(kind, STEPS);
    INDArray input = Nd4j.randn('f', 3, 2, STEPS);
    INDArray truth = Nd4j.eye(3);
    int[] lengths = {4, 4, 4};
    INDArray mask = Nd4j.zeros(3, STEPS);
    for (int n = 0; n < 3; n++) {
      for (int t = 0; t < lengths[n]; t++) {
        mask.putScalar(n, t, 1);
      }
    }
    StepMask.set(padded, mask);
    INDArray actual = gradient(padded, input, truth);
    MultiLayerNetwork alone = network(kind, 4);
    alone.setParams(padded.params());
    INDArray cut =
        input.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 4)).dup('f');
    assertThat(Twins.difference(actual, gradient(alone, cut, truth))).isLessThan(Twins.TOLERANCE);
    assertThat(Arrays.stream(actual.toDoubleVector()).anyMatch(g -> g != 0)).isTrue();
  }

  private static INDArray gradient(MultiLayerNetwork network, INDArray input, INDArray truth) {
    network.setInput(input);
    network.setLabels(truth);
    network.computeGradientAndScore();
    return network.gradient().gradient().dup();
  }

  private static MultiLayerNetwork network(String kind, int steps) {
    NetworkSettings settings = new NetworkSettings(5, 1, 4, 0, 1e-3, 0, 1, 3);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Network.named(kind)
                .configuration(
                    new NetworkShape(steps, 2, 1, 3), settings, Collections.nCopies(3, 1.0)));
    network.init();
    FastLayers.install(network);
    return network;
  }
}
