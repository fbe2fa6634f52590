package dev.whisker.trainer.network;

import dev.whisker.classifier.bundle.Normalizer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Standardizes raw windows and lays them out as a deeplearning4j network takes them: {@code [n,
 * inputs, steps]}, or {@code [n, values]} where its first layer takes whole windows. Not
 * thread-safe.
 */
public final class NetworkInput {
  private final NetworkShape shape;
  private final boolean wholeWindows;
  private final boolean stepsFirst;
  private final float[] mean;
  private final float[] standardDeviation;

  /** For a network of the given shape. */
  public NetworkInput(MultiLayerNetwork network, NetworkShape shape, Normalizer normalizer) {
    this.shape = shape;
    this.wholeWindows = takesWholeWindows(network);
    this.stepsFirst = network.getLayerWiseConfigurations().getConf(0).getLayer() instanceof LSTM;
    this.mean = new float[shape.channels()];
    this.standardDeviation = new float[shape.channels()];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = normalizer.mean().get(c);
      standardDeviation[c] = normalizer.standardDeviation().get(c);
    }
  }

  /** Whether a network's first layer takes all values of a window at once, not step by step. */
  public static boolean takesWholeWindows(MultiLayerNetwork network) {
    return network.getLayerWiseConfigurations().getConf(0).getLayer() instanceof DenseLayer
        && network.getLayerWiseConfigurations().getInputPreProcess(0) == null;
  }

  /**
   * The network's input.
   *
   * @param windows {@code [count][length][channels]} raw values, oldest sample first; may be longer
   * @param count number of windows
   */
  public INDArray of(float[] windows, int count) {
    return stepsFirst ? stepsFirst(windows, count) : columnMajor(windows, count);
  }

  /** In the order of memory {@code [steps, n, inputs]}, as the fast LSTM reads it. */
  private INDArray stepsFirst(float[] windows, int count) {
    int values = shape.values();
    int inputs = shape.inputs();
    float[] laidOut = new float[count * values];
    for (int w = 0; w < count; w++) {
      for (int step = 0; step < shape.steps(); step++) {
        int from = w * values + step * inputs;
        int to = (step * count + w) * inputs;
        for (int i = 0; i < inputs; i++) {
          int c = i % mean.length;
          laidOut[to + i] = (windows[from + i] - mean[c]) / standardDeviation[c];
        }
      }
    }
    return Nd4j.create(laidOut, new long[] {shape.steps(), count, inputs}, 'c').permute(1, 2, 0);
  }

  /**
   * Column-major {@code [n, inputs, steps]} keeps the values of a step together, as the other
   * layers read them, and has the same order in memory as column-major {@code [n, values]}.
   */
  private INDArray columnMajor(float[] windows, int count) {
    int values = shape.values();
    float[] laidOut = new float[count * values];
    for (int w = 0; w < count; w++) {
      for (int i = 0; i < values; i++) {
        int c = i % mean.length;
        laidOut[w + count * i] = (windows[w * values + i] - mean[c]) / standardDeviation[c];
      }
    }
    long[] dimensions =
        wholeWindows
            ? new long[] {count, values}
            : new long[] {count, shape.inputs(), shape.steps()};
    return Nd4j.create(laidOut, dimensions, 'f');
  }
}
