package dev.whisker.trainer.layers;

import java.lang.reflect.Field;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Makes the layers of a deeplearning4j network fast: results, updaters and the format of saved
 * networks stay deeplearning4j's. LSTM layers get a helper; plain recurrent layers, convolutions
 * over steps and batch normalizations make way for layers with the same configuration and the same
 * parameters.
 */
public final class FastLayers {
  private FastLayers() {}

  /**
   * Lets every layer that can be computed on all cores be computed so; LSTM layers also inside
   * wrappers. Where the first layer is one, the errors of the network's input, for which training
   * has no use, are left at 0 (but for a plain recurrent layer). To be called before the network is
   * trained.
   *
   * @return how many layers that are
   */
  public static int install(MultiLayerNetwork network) {
    return install(network, Cores.all());
  }

  static int install(MultiLayerNetwork network, Cores cores) {
    int count = 0;
    Layer[] layers = network.getLayers().clone();
    for (int i = 0; i < layers.length; i++) {
      Layer fast = fast(layers[i], cores, i > 0);
      if (fast == null) {
        count += install(layers[i], cores, i > 0);
      } else {
        layers[i] = fast;
        count++;
      }
    }
    network.setLayers(layers);
    return count;
  }

  /**
   * Lets every LSTM layer be trained from the state that is set with {@code rnnSetPreviousState},
   * and have the state after the last step there afterwards; not inside wrappers. To be called
   * after {@link #install(MultiLayerNetwork)}.
   */
  public static void carryState(MultiLayerNetwork network) {
    Layer[] layers = network.getLayers().clone();
    for (int i = 0; i < layers.length; i++) {
      if (layers[i].getClass() == LSTM.class) {
        DataType type = layers[i].params().dataType();
        CarriedLstm carried = new CarriedLstm(layers[i].conf(), type);
        set(LSTM.class, "helper", carried, get(LSTM.class, "helper", layers[i]));
        layers[i] = adopted(layers[i], carried);
      }
    }
    network.setLayers(layers);
  }

  /** A layer in the place of this one; null: there is none. */
  private static Layer fast(Layer layer, Cores cores, boolean inputErrors) {
    NeuralNetConfiguration conf = layer.conf();
    if (layer.getClass() == SimpleRnn.class
        && FastSimpleRnn.supports(((SimpleRnn) layer).layerConf())) {
      return adopted(layer, new FastSimpleRnn(conf, DataType.FLOAT, cores));
    }
    if (layer.getClass() == ConvolutionLayer.class
        && FastConvolution.supports(((ConvolutionLayer) layer).layerConf())) {
      return adopted(layer, new FastConvolution(conf, DataType.FLOAT, cores, inputErrors));
    }
    if (layer.getClass() == BatchNormalization.class
        && FastBatchNormalization.supports(((BatchNormalization) layer).layerConf())) {
      return adopted(layer, new FastBatchNormalization(conf, DataType.FLOAT, cores));
    }
    if (layer.getClass() == ActivationLayer.class
        && FastRectifier.supports(((ActivationLayer) layer).layerConf())) {
      return adopted(layer, new FastRectifier(conf, DataType.FLOAT, cores));
    }
    if (layer.getClass() == SubsamplingLayer.class
        && FastMaxPooling.supports(((SubsamplingLayer) layer).layerConf())) {
      return adopted(layer, new FastMaxPooling(conf, DataType.FLOAT, cores));
    }
    if (layer.getClass() == GlobalPoolingLayer.class
        && MaskedMean.supports(
            (org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer) conf.getLayer())) {
      return adopted(layer, new MaskedMean(conf, DataType.FLOAT));
    }
    return null;
  }

  private static Layer adopted(Layer old, AbstractLayer<?> fast) {
    fast.setIndex(old.getIndex());
    fast.setListeners(old.getListeners());
    if (old.numParams() > 0) {
      fast.setParamsViewArray(old.params());
      fast.setParamTable(old.paramTable());
      if (old.getGradientsViewArray() != null) {
        fast.setBackpropGradientsViewArray(old.getGradientsViewArray());
      }
    }
    return fast;
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
