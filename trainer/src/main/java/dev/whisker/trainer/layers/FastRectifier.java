package dev.whisker.trainer.layers;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** deeplearning4j's layer of rectified linear units. Not thread-safe, as the layer is not. */
final class FastRectifier extends ActivationLayer {
  private static final long serialVersionUID = 1;

  private final transient Pieces pieces;
  private final transient NdMemory.RowMajor inputs = new NdMemory.RowMajor();
  private final transient NdMemory.RowMajor errors = new NdMemory.RowMajor();

  FastRectifier(NeuralNetConfiguration conf, DataType dataType, Cores cores) {
    super(conf, dataType);
    this.pieces = new Pieces(cores);
    pieces.begin(1);
  }

  /** Whether a layer with this configuration can be computed here. */
  static boolean supports(org.deeplearning4j.nn.conf.layers.ActivationLayer conf) {
    return conf.getActivationFn().equals(new ActivationReLU());
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    INDArray outputs = NdMemory.room(workspaces, ArrayType.ACTIVATIONS, input.shape());
    FloatBuffer in = NdMemory.pointer(inputs.of(input)).asBuffer();
    FloatBuffer out = NdMemory.pointer(outputs).asBuffer();
    pieces.run(
        (int) input.length(),
        (scratch, from, count) -> {
          in.get(from, scratch.values, 0, count);
          Elements.rectify(scratch.values, count);
          out.put(from, scratch.values, 0, count);
        });
    return masked(outputs);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray inputErrors = NdMemory.room(workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    FloatBuffer in = NdMemory.pointer(inputs.of(input)).asBuffer();
    FloatBuffer dy = NdMemory.pointer(errors.of(epsilon)).asBuffer();
    FloatBuffer dx = NdMemory.pointer(inputErrors).asBuffer();
    pieces.run(
        (int) input.length(),
        (scratch, from, count) -> {
          in.get(from, scratch.values, 0, count);
          dy.get(from, scratch.others, 0, count);
          Elements.rectifiedErrors(scratch.values, scratch.others, count);
          dx.put(from, scratch.others, 0, count);
        });
    return new Pair<>(new DefaultGradient(), masked(inputErrors));
  }

  /**
   * Steps that are padding stay 0, so that convolutions over them see what lies before a window.
   */
  private INDArray masked(INDArray images) {
    return maskArray == null
        ? images
        : images.muli(maskArray.reshape(maskArray.size(0), maskArray.size(1), 1, 1));
  }
}
