package dev.whisker.trainer.training;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far the training of a network is after an epoch: all that the next epoch depends on but the
 * settings and the data. Random numbers are drawn anew for every epoch from seed and epoch, so none
 * of their state is in here.
 *
 * @param history every epoch so far, at least one
 * @param why training is over; null: it is not
 * @param iterations steps of the optimizer so far, which Adam's corrections depend on
 * @param parameters {@code [1, n]}, with the running statistics of batch normalization
 * @param updater the optimizer's state {@code [1, m]}, Adam's moments
 * @param best the parameters of the best epoch so far, {@code [1, n]}
 */
record TrainingState(
    List<TrainingProgress.Epoch> history,
    String why,
    int iterations,
    INDArray parameters,
    INDArray updater,
    INDArray best) {
  /** Copies the list. */
  TrainingState {
    history = List.copyOf(history);
  }

  /** Of a network in training. Parameters and state are views, not copies. */
  static TrainingState of(
      MultiLayerNetwork network, List<TrainingProgress.Epoch> history, String why, INDArray best) {
    return new TrainingState(
        history,
        why,
        network.getIterationCount(),
        network.params(),
        network.getUpdater().getStateViewArray(),
        best);
  }

  /** Puts a network of the same configuration into this state. */
  void restore(MultiLayerNetwork network) {
    network.setParams(parameters);
    // Layers hold views on the parameters, and updaters on this array: it is filled, not replaced.
    network.getUpdater().getStateViewArray().assign(updater);
    network.setIterationCount(iterations);
  }
}
