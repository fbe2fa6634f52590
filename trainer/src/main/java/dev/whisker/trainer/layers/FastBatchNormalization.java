package dev.whisker.trainer.layers;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * deeplearning4j's batch normalization in three passes over the memory each way (S. Ioffe and C.
 * Szegedy, "Batch Normalization", ICML 2015). Not thread-safe, as the layer is not.
 */
final class FastBatchNormalization extends BatchNormalization {
  private static final long serialVersionUID = 1;

  private final transient Pieces pieces;
  private final transient NdMemory.RowMajor inputs = new NdMemory.RowMajor();
  private final transient NdMemory.RowMajor errors = new NdMemory.RowMajor();

  /** Of the latest batch that was trained on. */
  private transient double[] mean;

  private transient double[] variance;

  FastBatchNormalization(NeuralNetConfiguration conf, DataType dataType, Cores cores) {
    super(conf, dataType);
    this.pieces = new Pieces(cores);
  }

  /** Whether a layer with this configuration can be computed here. */
  static boolean supports(org.deeplearning4j.nn.conf.layers.BatchNormalization conf) {
    return !conf.isLockGammaBeta();
  }

  @Override
  public INDArray preOutput(INDArray x, TrainingMode mode, LayerWorkspaceMgr workspaces) {
    if (x.rank() != 2 && x.rank() != 4) {
      return super.preOutput(x, mode, workspaces);
    }
    INDArray rows = inputs.of(channelsLast(x));
    int values = (int) rows.length();
    int channels = (int) layerConf().getNOut();
    FloatBuffer in = NdMemory.pointer(rows).asBuffer();
    pieces.begin(channels);
    double[] center;
    double[] spread;
    if (mode == TrainingMode.TRAIN) {
      measure(in, values);
      center = mean;
      spread = variance;
    } else {
      center = doubles(params.get(BatchNormalizationParamInitializer.GLOBAL_MEAN));
      spread = globalVariance();
    }
    double[] gamma = doubles(params.get(BatchNormalizationParamInitializer.GAMMA));
    double[] beta = doubles(params.get(BatchNormalizationParamInitializer.BETA));
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = gamma[c] / deviation(spread[c]);
      shift[c] = beta[c] - center[c] * scale[c];
    }
    float[] scales = pieces.repeat(scale);
    float[] shifts = pieces.repeat(shift);
    INDArray outputs = NdMemory.room(workspaces, ArrayType.ACTIVATIONS, rows.shape());
    FloatBuffer out = NdMemory.pointer(outputs).asBuffer();
    pieces.run(
        values,
        (scratch, from, count) -> {
          in.get(from, scratch.values, 0, count);
          Elements.scale(scratch.values, scales, shifts, count);
          out.put(from, scratch.values, 0, count);
        });
    return asConfigured(outputs);
  }

  /** Mean and variance of every channel. */
  private void measure(FloatBuffer in, int values) {
    double rows = (double) values / layerConf().getNOut();
    pieces.run(
        values,
        (scratch, from, count) -> {
          in.get(from, scratch.values, 0, count);
          Elements.add(scratch.sum, scratch.values, count);
        });
    mean = divided(pieces.sums(), rows);
    float[] means = pieces.repeat(mean);
    pieces.run(
        values,
        (scratch, from, count) -> {
          in.get(from, scratch.values, 0, count);
          Elements.addSquares(scratch.sum, scratch.values, means, count);
        });
    variance = divided(pieces.sums(), rows);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (input.rank() != 2 && input.rank() != 4) {
      return super.backpropGradient(epsilon, workspaces);
    }
    assertInputSet(true);
    INDArray rows = inputs.of(channelsLast(input));
    int values = (int) rows.length();
    int channels = (int) layerConf().getNOut();
    FloatBuffer in = NdMemory.pointer(rows).asBuffer();
    FloatBuffer dy = NdMemory.pointer(errors.of(channelsLast(epsilon))).asBuffer();
    float[] means = pieces.repeat(mean);
    pieces.run(
        values,
        (scratch, from, count) -> {
          dy.get(from, scratch.values, 0, count);
          in.get(from, scratch.others, 0, count);
          Elements.add(scratch.sum, scratch.values, count);
          Elements.addProducts(scratch.otherSum, scratch.others, means, scratch.values, count);
        });
    double[] betaErrors = pieces.sums();
    double[] gammaErrors = pieces.otherSums();
    double[] gamma = doubles(params.get(BatchNormalizationParamInitializer.GAMMA));
    double[] errorScale = new double[channels];
    double[] inputScale = new double[channels];
    double[] shift = new double[channels];
    double perChannel = (double) values / channels;
    for (int c = 0; c < channels; c++) {
      // dx = γ / σ (dy - mean(dy) - x̂ mean(dy x̂)), x̂ = (x - μ) / σ
      double deviation = deviation(variance[c]);
      gammaErrors[c] /= deviation;
      errorScale[c] = gamma[c] / deviation;
      inputScale[c] = -errorScale[c] * gammaErrors[c] / perChannel / deviation;
      shift[c] = -errorScale[c] * betaErrors[c] / perChannel - inputScale[c] * mean[c];
    }
    float[] errorScales = pieces.repeat(errorScale);
    float[] inputScales = pieces.repeat(inputScale);
    float[] shifts = pieces.repeat(shift);
    INDArray inputErrors = NdMemory.room(workspaces, ArrayType.ACTIVATION_GRAD, rows.shape());
    FloatBuffer dx = NdMemory.pointer(inputErrors).asBuffer();
    pieces.run(
        values,
        (scratch, from, count) -> {
          dy.get(from, scratch.values, 0, count);
          in.get(from, scratch.others, 0, count);
          Elements.combine(scratch.values, errorScales, scratch.others, inputScales, shifts, count);
          dx.put(from, scratch.values, 0, count);
        });
    Gradient gradient = new DefaultGradient();
    put(gradient, BatchNormalizationParamInitializer.GAMMA, gammaErrors);
    put(gradient, BatchNormalizationParamInitializer.BETA, betaErrors);
    // The global statistics move by their "gradient", which deeplearning4j subtracts from them.
    double decay = layerConf().getDecay();
    double[] meanMove = doubles(params.get(BatchNormalizationParamInitializer.GLOBAL_MEAN));
    double[] spreadMove = globalVariance();
    for (int c = 0; c < channels; c++) {
      meanMove[c] = (1 - decay) * (meanMove[c] - mean[c]);
      double next = decay * spreadMove[c] + (1 - decay) * variance[c];
      spreadMove[c] =
          layerConf().isUseLogStd() ? 0.5 * Math.log10(spreadMove[c] / next) : spreadMove[c] - next;
    }
    put(gradient, BatchNormalizationParamInitializer.GLOBAL_MEAN, meanMove);
    put(
        gradient,
        layerConf().isUseLogStd()
            ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
            : BatchNormalizationParamInitializer.GLOBAL_VAR,
        spreadMove);
    return new Pair<>(gradient, asConfigured(inputErrors));
  }

  /** It is kept as it is, or as the logarithm of its root. */
  private double[] globalVariance() {
    if (!layerConf().isUseLogStd()) {
      return doubles(params.get(BatchNormalizationParamInitializer.GLOBAL_VAR));
    }
    double[] global = doubles(params.get(BatchNormalizationParamInitializer.GLOBAL_LOG_STD));
    for (int c = 0; c < global.length; c++) {
      global[c] = Math.pow(10, 2 * global[c]);
    }
    return global;
  }

  private void put(Gradient gradient, String name, double[] values) {
    INDArray view = gradientViews.get(name);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    NdMemory.pointer(view).put(floats);
    gradient.setGradientFor(name, view);
  }

  private double deviation(double ofVariance) {
    return Math.sqrt(ofVariance + layerConf().getEps());
  }

  private static double[] divided(double[] values, double by) {
    double[] divided = values.clone();
    for (int i = 0; i < divided.length; i++) {
      divided[i] /= by;
    }
    return divided;
  }

  private static double[] doubles(INDArray vector) {
    return vector.dup().data().asDouble();
  }

  private INDArray channelsLast(INDArray array) {
    return array.rank() == 4 ? NdMemory.channelsLast(array, layerConf().getCnn2DFormat()) : array;
  }

  private INDArray asConfigured(INDArray channelsLast) {
    return channelsLast.rank() == 4
        ? NdMemory.inFormat(channelsLast, layerConf().getCnn2DFormat())
        : channelsLast;
  }
}
