package dev.whisker.trainer.layers;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.layers.recurrent.BidirectionalLayer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Tells a network's layers which steps of its next input are padding.
 *
 * <p>deeplearning4j hands masks from layer to layer itself, but not through convolutions over steps
 * to recurrent layers, nor to the inner layers of bidirectional ones. Only layers after {@link
 * FastLayers#install} understand all of these.
 */
public final class StepMask {
  private StepMask() {}

  /**
   * Sets the mask of every layer that has steps, until the network has been fitted or another mask
   * is set.
   *
   * @param mask {@code [n, steps]}, 1 for a step and 0 for padding, which comes last; null: there
   *     is no padding
   */
  public static void set(MultiLayerNetwork network, INDArray mask) {
    network.clearLayerMaskArrays();
    INDArray steps = mask;
    for (Layer layer : network.getLayers()) {
      if (steps == null) {
        return;
      }
      if (layer.conf().getLayer() instanceof SubsamplingLayer pooling) {
        steps = pooled(steps, pooling.getKernelSize()[0]);
      } else if (layer instanceof LSTM
          || layer instanceof SimpleRnn
          || layer instanceof BidirectionalLayer
          || layer instanceof SkipConnection.Computed
          || layer instanceof ActivationLayer) {
        layer.setMaskArray(steps);
      } else if (layer instanceof GlobalPoolingLayer) {
        layer.setMaskArray(steps);
        steps = null;
      }
    }
  }

  /** A group of steps counts if its first one does: padding comes last. */
  private static INDArray pooled(INDArray mask, int size) {
    long groups = mask.size(1) / size;
    INDArray whole = mask.get(NDArrayIndex.all(), NDArrayIndex.interval(0, size, groups * size));
    return whole.dup('c');
  }
}
