package dev.whisker.trainer.network;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.trainer.layers.StepMask;
import java.nio.ByteOrder;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Standardizes raw windows and lays them out as a deeplearning4j network takes them: {@code [n,
 * inputs, steps]}, {@code [n, values]} where its first layer takes whole windows, or {@code [n,
 * steps, 1, inputs]} where it convolves. Not thread-safe.
 */
public final class NetworkInput {
  private static final int BLOCK = 16;

  private final NetworkShape shape;
  private final boolean wholeWindows;
  private final boolean convolves;
  private final boolean stepsFirst;

  /** One a value of a window. */
  private final float[] mean;

  private final float[] standardDeviation;
  private float[] laidOut;
  private INDArray room;

  /** For a network of the given shape. */
  public NetworkInput(MultiLayerNetwork network, NetworkShape shape, Normalizer normalizer) {
    this.shape = shape;
    this.wholeWindows = takesWholeWindows(network);
    Layer first = network.getLayerWiseConfigurations().getConf(0).getLayer();
    this.convolves = first instanceof ConvolutionLayer;
    this.stepsFirst = first instanceof BaseRecurrentLayer || first instanceof Bidirectional;
    this.mean = new float[shape.values()];
    this.standardDeviation = new float[shape.values()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = normalizer.mean().get(i % shape.channels());
      standardDeviation[i] = normalizer.standardDeviation().get(i % shape.channels());
    }
  }

  /** Whether a network's first layer takes all values of a window at once, not step by step. */
  public static boolean takesWholeWindows(MultiLayerNetwork network) {
    return network.getLayerWiseConfigurations().getConf(0).getLayer() instanceof DenseLayer
        && network.getLayerWiseConfigurations().getInputPreProcess(0) == null;
  }

  /**
   * The network's input, which holds until the next call.
   *
   * @param windows {@code [count][length][channels]} raw values, oldest sample first, NaN where
   *     there is padding; may be longer
   * @param count number of windows
   */
  public INDArray of(float[] windows, int count) {
    int floats = count * shape.values();
    if (room == null || room.length() < floats) {
      // Kept: memory that is new each time costs more than what is done with it.
      laidOut = new float[floats];
      room = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', floats);
    }
    if (convolves) {
      standardize(windows, count);
    } else if (stepsFirst) {
      layOutStepsFirst(windows, count);
    } else {
      layOutColumnMajor(windows, count);
    }
    if (shape.pads()) {
      padWithMean(floats);
    }
    room.data()
        .pointer()
        .asByteBuffer()
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .put(laidOut, 0, floats);
    if (convolves) {
      return view('c', count, shape.steps(), 1, shape.inputs());
    }
    if (stepsFirst) {
      return view('c', shape.steps(), count, shape.inputs()).permute(1, 2, 0);
    }
    return wholeWindows
        ? view('f', count, shape.values())
        : view('f', count, shape.inputs(), shape.steps());
  }

  /**
   * Which steps of some windows are none but padding.
   *
   * @param windows {@code [count][length][channels]} as {@link #of} takes them
   * @return {@code [count, steps]}, 0 for padding, else 1; null: windows are never padded
   */
  public INDArray mask(float[] windows, int count) {
    if (!shape.pads() || wholeWindows) {
      return null;
    }
    float[] mask = new float[count * shape.steps()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = Float.isNaN(windows[i * shape.inputs()]) ? 0 : 1;
    }
    return Nd4j.create(mask, new long[] {count, shape.steps()}, 'c');
  }

  /**
   * Runs the network.
   *
   * @param windows {@code [count][length][channels]} as {@link #of} takes them
   * @return {@code [count][labels]} probabilities
   */
  public float[] output(MultiLayerNetwork network, float[] windows, int count) {
    StepMask.set(network, mask(windows, count));
    return network.output(of(windows, count)).dup('c').data().asFloat();
  }

  private void padWithMean(int floats) {
    for (int i = 0; i < floats; i++) {
      if (Float.isNaN(laidOut[i])) {
        laidOut[i] = 0;
      }
    }
  }

  private INDArray view(char order, long... dimensions) {
    return Nd4j.create(room.data(), dimensions, Nd4j.getStrides(dimensions, order), 0, order);
  }

  private void standardize(float[] windows, int count) {
    int values = shape.values();
    for (int w = 0; w < count * values; w += values) {
      for (int i = 0; i < values; i++) {
        laidOut[w + i] = standardized(windows[w + i], i);
      }
    }
  }

  /** In the order of memory {@code [steps][n][inputs]}, as the fast LSTM reads it. */
  private void layOutStepsFirst(float[] windows, int count) {
    int values = shape.values();
    int inputs = shape.inputs();
    for (int w = 0; w < count; w++) {
      for (int step = 0; step < shape.steps(); step++) {
        int from = w * values + step * inputs;
        int to = (step * count + w) * inputs;
        for (int i = 0; i < inputs; i++) {
          laidOut[to + i] = standardized(windows[from + i], step * inputs + i);
        }
      }
    }
  }

  /**
   * Column-major {@code [n, inputs, steps]} keeps the values of a step together, as the other
   * layers read them, and has the same order in memory as column-major {@code [n, values]}. Some
   * values of all windows at a time, which stay in the cache while they are turned around.
   */
  private void layOutColumnMajor(float[] windows, int count) {
    int values = shape.values();
    for (int block = 0; block < values; block += BLOCK) {
      int end = Math.min(values, block + BLOCK);
      for (int w = 0; w < count; w++) {
        for (int i = block; i < end; i++) {
          laidOut[w + count * i] = standardized(windows[w * values + i], i);
        }
      }
    }
  }

  private float standardized(float value, int place) {
    return (value - mean[place]) / standardDeviation[place];
  }
}
