package dev.whisker.trainer.lstm;

import java.lang.reflect.Field;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Makes the LSTM layers of a deeplearning4j network fast: results, updaters and the format of saved
 * networks stay deeplearning4j's.
 */
public final class FastLstm {
  private FastLstm() {}

  /**
   * Lets every LSTM layer of a network, also inside wrappers, compute on all cores. Where it is the
   * first one, the errors of the network's input, for which training has no use, are left at 0.
   *
   * @return how many layers that are
   */
  public static int install(MultiLayerNetwork network) {
    return install(network, Cores.all());
  }

  static int install(MultiLayerNetwork network, Cores cores) {
    int count = 0;
    for (int i = 0; i < network.getnLayers(); i++) {
      count += install(network.getLayer(i), cores, i > 0);
    }
    return count;
  }

  private static int install(Layer layer, Cores cores, boolean inputErrors) {
    if (layer instanceof LSTM lstm) {
      set(LSTM.class, "helper", lstm, new FastLstmHelper(cores, inputErrors));
      return 1;
    }
    if (layer instanceof BidirectionalLayer both) {
      return install((Layer) get(BidirectionalLayer.class, "fwd", both), cores, inputErrors)
          + install((Layer) get(BidirectionalLayer.class, "bwd", both), cores, inputErrors);
    }
    return layer instanceof BaseWrapperLayer wrapper
        ? install(wrapper.getUnderlying(), cores, inputErrors)
        : 0;
  }

  // deeplearning4j has the fields but no way to set them: only its cuDNN module was meant to.

  private static void set(Class<?> type, String field, Object object, Object value) {
    try {
      field(type, field).set(object, value);
    } catch (IllegalAccessException e) {
      throw unknown(type, field, e);
    }
  }

  private static Object get(Class<?> type, String field, Object object) {
    try {
      return field(type, field).get(object);
    } catch (IllegalAccessException e) {
      throw unknown(type, field, e);
    }
  }

  private static Field field(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw unknown(type, name, e);
    }
  }

  private static IllegalStateException unknown(Class<?> type, String field, Exception cause) {
    return new IllegalStateException(
        "deeplearning4j's " + type.getSimpleName() + " has no field '" + field + "' to be set",
        cause);
  }
}
