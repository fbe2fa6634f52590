package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.trainer.layers.FastLayers;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LearningRateTest {
  private static final int WINDOWS = 8;

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "bilstm", "rnn"})
  void itReachesEveryLayerAlsoInsideOfWrappers(String kind) {
    NetworkShape shape = new NetworkShape(6, 2, 1, 2);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Network.named(kind)
                .configuration(
                    shape, new NetworkSettings(4, 1, 4, 0, 0.1, 0, 1, 1), List.of(1.0, 1.0)));
    network.init();
    FastLayers.install(network);
    INDArray input = Nd4j.rand('f', new long[] {WINDOWS, shape.inputs(), shape.steps()});
    INDArray truth = Nd4j.zeros(WINDOWS, 2);
    for (int i = 0; i < WINDOWS; i++) {
      truth.putScalar(i, i % 2, 1);
    }
    network.fit(input, truth);
    INDArray state = network.getUpdater().getStateViewArray();
    NetworkTrainer.setLearningRate(network, 0);
    Map<String, INDArray> before = copies(network.paramTable());
    network.fit(input, truth);
    assertThat(copies(network.paramTable())).isEqualTo(before);
    assertThat(network.getUpdater().getStateViewArray()).isSameAs(state);
    NetworkTrainer.setLearningRate(network, 0.1);
    network.fit(input, truth);
    Map<String, INDArray> after = network.paramTable();
    before.forEach((name, old) -> assertThat(after.get(name)).as(name).isNotEqualTo(old));
  }

  private static Map<String, INDArray> copies(Map<String, INDArray> parameters) {
    return parameters.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().dup()));
  }
}
