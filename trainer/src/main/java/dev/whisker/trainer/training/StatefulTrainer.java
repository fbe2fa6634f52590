package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.trainer.engine.Dl4jClassifier;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.layers.FastLayers;
import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import dev.whisker.trainer.network.NetworkState;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Truncated backpropagation through time: every step of the optimizer takes the next window of each
 * lane with the state that the window before it has left; errors do not go back into that window.
 * Windows without truth pass the state on and have no part in the loss. Not thread-safe.
 */
final class StatefulTrainer {
  private final MultiLayerNetwork network;
  private final NetworkShape shape;
  private final NetworkInput input;
  private final NetworkState state;
  private final Lanes lanes;
  private final Dl4jClassifier classifier;
  private final TrainingData data;
  private float[] carried = {};

  /**
   * Of one network, which carries its state from now on.
   *
   * @param network with its first parameters
   * @param data the training and the validation part
   * @param normalizer standardizes what goes in
   * @param settings lanes, augmentation and seed
   */
  StatefulTrainer(
      MultiLayerNetwork network,
      TrainingData data,
      Normalizer normalizer,
      TrainingSettings settings) {
    this.network = network;
    this.shape = data.shape();
    this.data = data;
    this.input = new NetworkInput(network, shape, normalizer);
    this.state = new NetworkState(network);
    this.lanes = new Lanes(data.training(), data.labels(), normalizer, settings);
    this.classifier = new Dl4jClassifier(network, shape, normalizer, 1);
    FastLayers.carryState(network);
  }

  /**
   * Trains on every window once, or until the time is over.
   *
   * @param number of the epoch
   * @param over whether the time is over
   * @return the mean loss of the windows with a truth
   */
  NetworkTrainer.Pass epoch(int number, BooleanSupplier over) {
    lanes.begin(number);
    double loss = 0;
    int windows = 0;
    while (windows == 0 || !over.getAsBoolean()) {
      if (!lanes.next()) {
        return new NetworkTrainer.Pass(loss / Math.max(1, windows), true);
      }
      int count = lanes.count();
      carryOver(count);
      state.set(carried, count);
      INDArray batch = input.of(lanes.values(), count);
      if (lanes.labelled() == 0) {
        network.rnnTimeStep(batch);
      } else {
        network.fit(batch, truth(count), null, lanes.labelled() == count ? null : mask(count));
        loss += network.score() * count;
        windows += lanes.labelled();
      }
      state.get(carried, count);
    }
    return new NetworkTrainer.Pass(loss / windows, false);
  }

  /** Each window's state to its place in the new batch. */
  private void carryOver(int count) {
    int size = state.size();
    carried = carried.length < count * size ? Arrays.copyOf(carried, count * size) : carried;
    for (int i = 0; i < count; i++) {
      int before = lanes.before(i);
      if (before == Lanes.NONE) {
        Arrays.fill(carried, i * size, (i + 1) * size, 0);
      } else {
        System.arraycopy(carried, before * size, carried, i * size, size);
      }
    }
  }

  private INDArray truth(int count) {
    float[] truth = new float[count * shape.labels()];
    for (int i = 0; i < count; i++) {
      if (lanes.label(i) != Lanes.NO_LABEL) {
        truth[i * shape.labels() + lanes.label(i)] = 1;
      }
    }
    return Nd4j.create(truth, new long[] {count, shape.labels()}, 'c');
  }

  private INDArray mask(int count) {
    float[] mask = new float[count];
    for (int i = 0; i < count; i++) {
      mask[i] = lanes.label(i) == Lanes.NO_LABEL ? 0 : 1;
    }
    return Nd4j.create(mask, new long[] {count, 1}, 'c');
  }

  /** The windows of the validation part, classified in order with the state carried. */
  List<ClassifiedWindows> validation() {
    return ClassifiedWindows.inStep(classifier, shape.labels(), data.validation());
  }
}
