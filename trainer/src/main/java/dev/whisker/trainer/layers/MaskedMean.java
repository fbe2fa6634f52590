package dev.whisker.trainer.layers;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * deeplearning4j's mean over steps, which can leave out padding whatever dimension the steps are
 * in. Not thread-safe, as the layer is not.
 */
final class MaskedMean extends GlobalPoolingLayer {
  private static final long serialVersionUID = 1;

  private final int stepDimension;

  MaskedMean(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    int[] dimensions =
        ((org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer) conf.getLayer())
            .getPoolingDimensions();
    this.stepDimension = dimensions == null ? 2 : dimensions[0];
  }

  /** Whether a layer with this configuration can be computed here. */
  static boolean supports(org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer conf) {
    return conf.getPoolingType() == PoolingType.AVG && conf.isCollapseDimensions();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    if (maskArray == null) {
      return super.activate(training, workspaces);
    }
    assertInputSet(false);
    INDArray sum = input.mul(alongSteps(maskArray)).sum(others());
    return workspaces.leverageTo(
        ArrayType.ACTIVATIONS, sum.diviColumnVector(maskArray.sum(true, 1)));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (maskArray == null) {
      return super.backpropGradient(epsilon, workspaces);
    }
    assertInputSet(true);
    INDArray each =
        epsilon
            .reshape(maskArray.size(0), epsilon.length() / maskArray.size(0))
            .divColumnVector(maskArray.sum(true, 1));
    long[] shape = input.shape().clone();
    shape[stepDimension] = 1;
    INDArray errors =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), input.ordering());
    errors.assign(each.reshape(shape).mul(alongSteps(maskArray)));
    return new Pair<>(new DefaultGradient(), errors);
  }

  private INDArray alongSteps(INDArray mask) {
    long[] shape = new long[input.rank()];
    Arrays.fill(shape, 1);
    shape[0] = mask.size(0);
    shape[stepDimension] = mask.size(1);
    return mask.reshape(shape);
  }

  /** The dimensions that go: the steps, and the width of images, which is 1. */
  private int[] others() {
    return input.rank() == 4 ? new int[] {1, 2} : new int[] {stepDimension};
  }
}
