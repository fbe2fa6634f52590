package dev.whisker.trainer.export;

import dev.whisker.trainer.layers.SkipConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * One layer of a network, for people.
 *
 * @param kind what it does, such as {@code LSTM}
 * @param shape what goes in and comes out; empty: what goes in comes out
 * @param parameters how many numbers training fits
 */
public record LayerSummary(String kind, String shape, long parameters) {

  /**
   * The layers of a network as deeplearning4j saves it, in order.
   *
   * @throws IOException if the bytes are none
   */
  public static List<LayerSummary> of(byte[] dl4j) throws IOException {
    MultiLayerNetwork network = NetworkFile.read(dl4j);
    List<LayerSummary> layers = new ArrayList<>();
    for (Layer layer : network.getLayers()) {
      layers.add(of(layer));
    }
    return List.copyOf(layers);
  }

  private static LayerSummary of(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    if (layer instanceof SkipConnection.Computed skip) {
      return new LayerSummary(
          kind(conf) + ", its inputs beside it",
          skip.connection().lstm().getNIn() + " → " + skip.connection().outputs(),
          layer.numParams());
    }
    return new LayerSummary(kind(conf), shape(conf), layer.numParams());
  }

  private static String kind(org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof Bidirectional both) {
      return kind(both.getFwd()) + ", both ways";
    }
    if (conf instanceof ActivationLayer activation) {
      return activation.getActivationFn().toString().toLowerCase(Locale.ROOT);
    }
    if (conf instanceof SubsamplingLayer pooling) {
      return pooling.getPoolingType().toString().toLowerCase(Locale.ROOT) + " pooling";
    }
    if (conf instanceof BatchNormalization) {
      return "batch normalization";
    }
    if (conf instanceof GlobalPoolingLayer pooling) {
      return pooling.getPoolingType() == PoolingType.AVG ? "mean" : "pooling";
    }
    String name = conf.getClass().getSimpleName().replaceFirst("Layer$", "");
    return name.equals("LSTM") ? name : name.toLowerCase(Locale.ROOT);
  }

  private static String shape(org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof Bidirectional both) {
      return shape(both.getFwd()) + " each way";
    }
    if (conf instanceof SubsamplingLayer pooling) {
      return "1 of " + pooling.getKernelSize()[0] + " steps";
    }
    if (conf instanceof GlobalPoolingLayer) {
      return "over all steps";
    }
    if (conf instanceof FeedForwardLayer plain && !(conf instanceof ActivationLayer)) {
      String steps =
          conf instanceof ConvolutionLayer convolution
              ? ", over " + convolution.getKernelSize()[0] + " steps"
              : "";
      return plain.getNIn() + " → " + plain.getNOut() + steps;
    }
    return "";
  }
}
