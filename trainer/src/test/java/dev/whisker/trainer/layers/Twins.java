package dev.whisker.trainer.layers;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks with and without fast layers, side by side: deeplearning4j's own code is the truth. */
final class Twins {
  /** Far below the 1e-4 that is asked for: 32-bit sums in another order. */
  static final double TOLERANCE = 2e-5;

  private Twins() {}

  /** The same network with the same weights, but fast. */
  static MultiLayerNetwork twin(MultiLayerNetwork plain, int cores) {
    MultiLayerNetwork fast = new MultiLayerNetwork(plain.getLayerWiseConfigurations().clone());
    fast.init();
    fast.setParams(plain.params().dup());
    FastLayers.install(fast, new Cores(cores));
    return fast;
  }

  /** The largest difference, in units of the largest value. */
  static double difference(INDArray actual, INDArray expected) {
    double largest = expected.amaxNumber().doubleValue();
    return actual.sub(expected).amaxNumber().doubleValue() / Math.max(1e-9, largest);
  }
}
