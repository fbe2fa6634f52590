package dev.whisker.trainer.layers;

import dev.whisker.trainer.layers.ConvolutionKernel.Shape;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * deeplearning4j's convolution of images that are one pixel wide, which is a convolution over
 * steps, with {@link ConvolutionKernel}. Not thread-safe, as the layer is not.
 */
final class FastConvolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1;

  private final transient ConvolutionKernel kernel;
  private final boolean withInputErrors;
  private final transient NdMemory.RowMajor inputs = new NdMemory.RowMajor();
  private final transient NdMemory.RowMajor errors = new NdMemory.RowMajor();

  /**
   * A layer.
   *
   * @param inputErrors false: the errors of its input are not needed, and 0
   */
  FastConvolution(
      NeuralNetConfiguration conf, DataType dataType, Cores cores, boolean inputErrors) {
    super(conf, dataType);
    this.kernel = new ConvolutionKernel(cores);
    this.withInputErrors = inputErrors;
  }

  /** Whether a layer with this configuration can be computed here. */
  static boolean supports(org.deeplearning4j.nn.conf.layers.ConvolutionLayer conf) {
    return conf.getClass() == org.deeplearning4j.nn.conf.layers.ConvolutionLayer.class
        && conf.getActivationFn() instanceof ActivationIdentity
        && conf.getKernelSize()[1] == 1
        && conf.getStride()[0] == 1
        && conf.getDilation()[0] == 1
        && conf.getConvolutionMode() == ConvolutionMode.Same
        && conf.getWeightNoise() == null;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    validateInputRank();
    validateInputDepth(layerConf().getNIn());
    INDArray x = channelsLast(input);
    if (x.size(2) != 1) {
      return super.activate(training, workspaces);
    }
    Shape shape = shape(x);
    INDArray outputs =
        NdMemory.room(
            workspaces,
            ArrayType.ACTIVATIONS,
            shape.batch(),
            shape.outputSteps(),
            1,
            shape.outputs());
    kernel.forward(
        shape,
        NdMemory.pointer(inputs.of(x)),
        weights(),
        hasBias() ? floats(params.get(ConvolutionParamInitializer.BIAS_KEY)) : null,
        NdMemory.pointer(outputs));
    return asConfigured(outputs);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray x = channelsLast(input);
    if (x.size(2) != 1) {
      return super.backpropGradient(epsilon, workspaces);
    }
    Shape shape = shape(x);
    FloatPointer dy = NdMemory.pointer(errors.of(channelsLast(epsilon)));
    INDArray weightErrors = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
    float[] dw = new float[(int) weightErrors.length()];
    float[] db = hasBias() ? new float[shape.outputs()] : null;
    kernel.weightErrors(shape, NdMemory.pointer(inputs.of(x)), dy, dw, db);
    NdMemory.pointer(weightErrors).put(dw);
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      INDArray biasErrors = gradientViews.get(ConvolutionParamInitializer.BIAS_KEY);
      NdMemory.pointer(biasErrors).put(db);
      gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasErrors);
    }
    gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightErrors, 'c');
    INDArray inputErrors = NdMemory.room(workspaces, ArrayType.ACTIVATION_GRAD, x.shape());
    if (withInputErrors) {
      kernel.inputErrors(shape, dy, weights(), NdMemory.pointer(inputErrors));
    } else {
      inputErrors.assign(0);
    }
    return new Pair<>(gradient, backpropDropOutIfPresent(asConfigured(inputErrors)));
  }

  private Shape shape(INDArray x) {
    int taps = layerConf().getKernelSize()[0];
    int steps = (int) x.size(1);
    return new Shape(
        (int) x.size(0),
        steps,
        (int) x.size(3),
        (int) layerConf().getNOut(),
        taps,
        (taps - 1) / 2,
        steps);
  }

  /** {@code [outputs][channels][taps]}. */
  private float[] weights() {
    return floats(params.get(ConvolutionParamInitializer.WEIGHT_KEY));
  }

  private static float[] floats(INDArray array) {
    float[] floats = new float[(int) array.length()];
    NdMemory.pointer(array).get(floats);
    return floats;
  }

  private INDArray channelsLast(INDArray images) {
    return NdMemory.channelsLast(images, layerConf().getCnn2dDataFormat());
  }

  private INDArray asConfigured(INDArray channelsLast) {
    return NdMemory.inFormat(channelsLast, layerConf().getCnn2dDataFormat());
  }
}
