package dev.whisker.trainer.network;

import dev.whisker.classifier.bundle.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The state that a stateful network's LSTM layers carry from window to window, as one row a
 * sequence:
 *
 * <pre>
 *   hidden of layer 1 | hidden of layer 2 | … | cells of layer 1 | cells of layer 2 | …
 * </pre>
 *
 * <p>Which layers those are is told by their names in deeplearning4j's configuration, which is
 * saved with the network. Not thread-safe, as the network is not.
 */
public final class NetworkState {
  private static final String NAME = "stateful-lstm-";

  private final MultiLayerNetwork network;
  private final List<Integer> layers = new ArrayList<>();
  private final List<Integer> units = new ArrayList<>();
  private final int hidden;

  /** Of a network; without values if it carries none. */
  public NetworkState(MultiLayerNetwork network) {
    this.network = network;
    for (int i = 0; i < network.getnLayers(); i++) {
      if (isCarried(network.getLayer(i).conf().getLayer())) {
        layers.add(i);
        units.add(
            (int)
                ((org.deeplearning4j.nn.conf.layers.LSTM) network.getLayer(i).conf().getLayer())
                    .getNOut());
      }
    }
    this.hidden = units.stream().mapToInt(count -> count).sum();
  }

  /** Lets all LSTM layers carry their state. */
  static void carry(MultiLayerConfiguration configuration) {
    int count = 0;
    for (NeuralNetConfiguration one : configuration.getConfs()) {
      if (one.getLayer() instanceof org.deeplearning4j.nn.conf.layers.LSTM lstm) {
        lstm.setLayerName(NAME + ++count);
      }
    }
  }

  /** Whether a layer's state is carried. */
  public static boolean isCarried(Layer layer) {
    return layer instanceof org.deeplearning4j.nn.conf.layers.LSTM
        && layer.getLayerName() != null
        && layer.getLayerName().startsWith(NAME);
  }

  /** Number of values a sequence; 0: the network carries none. */
  public int size() {
    return 2 * hidden;
  }

  /** The state as the manifest has it; null: the network carries none. */
  public Manifest.State described() {
    return hidden == 0 ? null : new Manifest.State(hidden, hidden);
  }

  /**
   * Lets the network go on from a state.
   *
   * @param state {@code [count][size]}; may be longer
   * @param count number of sequences, that of the network's next input
   */
  public void set(float[] state, int count) {
    int from = 0;
    for (int i = 0; i < layers.size(); i++) {
      recurrent(i)
          .rnnSetPreviousState(
              Map.of(
                  LSTM.STATE_KEY_PREV_ACTIVATION,
                  columns(state, from, units.get(i), count),
                  LSTM.STATE_KEY_PREV_MEMCELL,
                  columns(state, hidden + from, units.get(i), count)));
      from += units.get(i);
    }
  }

  /**
   * Reads the state after the network's latest input.
   *
   * @param state receives {@code [count][size]}; may be longer
   * @param count number of sequences of that input
   */
  public void get(float[] state, int count) {
    int from = 0;
    for (int i = 0; i < layers.size(); i++) {
      Map<String, INDArray> layer = recurrent(i).rnnGetPreviousState();
      put(layer.get(LSTM.STATE_KEY_PREV_ACTIVATION), state, from, units.get(i), count);
      put(layer.get(LSTM.STATE_KEY_PREV_MEMCELL), state, hidden + from, units.get(i), count);
      from += units.get(i);
    }
  }

  private RecurrentLayer recurrent(int index) {
    return (RecurrentLayer) network.getLayer(layers.get(index));
  }

  private INDArray columns(float[] state, int from, int width, int count) {
    float[] values = new float[count * width];
    for (int row = 0; row < count; row++) {
      System.arraycopy(state, row * size() + from, values, row * width, width);
    }
    return Nd4j.create(values, new long[] {count, width}, 'c');
  }

  private void put(INDArray columns, float[] state, int from, int width, int count) {
    float[] values = columns.dup('c').data().asFloat();
    for (int row = 0; row < count; row++) {
      System.arraycopy(values, row * width, state, row * size() + from, width);
    }
  }
}
