package dev.whisker.trainer.layers;

import java.util.Collection;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An LSTM layer whose inputs stand beside its outputs, so that the layers behind it see both: a
 * connection that skips the layer, as between the layers of DenseNet (Huang et al. 2017, <a
 * href="https://arxiv.org/abs/1608.06993">arXiv:1608.06993</a>).
 *
 * <pre>
 *   [n, steps, inputs] → LSTM → [n, steps, inputs + units]
 * </pre>
 *
 * <p>To read a network that has one, deeplearning4j needs this class on its class path.
 */
public final class SkipConnection extends BaseWrapperLayer {
  private static final long serialVersionUID = 1;

  /**
   * Around a layer.
   *
   * @param underlying an LSTM layer of {@link RNNFormat#NWC}
   */
  @JsonCreator
  public SkipConnection(@JsonProperty("underlying") Layer underlying) {
    super(underlying);
    if (!(underlying instanceof LSTM lstm) || lstm.getRnnDataFormat() != RNNFormat.NWC) {
      throw new IllegalArgumentException(
          "A connection can skip an LSTM layer whose channels come last, not " + underlying);
    }
  }

  /** The layer whose inputs stand beside its outputs. */
  public LSTM lstm() {
    return (LSTM) underlying;
  }

  /** Number of values a step that come out. */
  public long outputs() {
    return lstm().getNIn() + lstm().getNOut();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    NeuralNetConfiguration inner = conf.clone();
    // Not its copy: what is set here, such as the step size, must reach the layer.
    inner.setLayer(underlying);
    return new Computed(
        this, underlying.instantiate(inner, listeners, index, parameters, initialize, dataType));
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    InputType.InputTypeRecurrent steps =
        (InputType.InputTypeRecurrent) underlying.getOutputType(index, input);
    return InputType.recurrent(outputs(), steps.getTimeSeriesLength(), RNNFormat.NWC);
  }

  /** The layer at work. Not thread-safe, as layers are not. */
  public static final class Computed extends org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer {
    private static final long serialVersionUID = 1;

    private final SkipConnection connection;

    private Computed(SkipConnection connection, org.deeplearning4j.nn.api.Layer underlying) {
      super(underlying);
      this.connection = connection;
    }

    /** What it was made from. */
    public SkipConnection connection() {
      return connection;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return beside(input(), underlying.activate(training, workspaces), workspaces);
    }

    @Override
    public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
      return beside(input, underlying.activate(input, training, workspaces), workspaces);
    }

    private static INDArray beside(INDArray input, INDArray output, LayerWorkspaceMgr workspaces) {
      return workspaces.leverageTo(ArrayType.ACTIVATIONS, Nd4j.concat(2, input, output));
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray errors, LayerWorkspaceMgr workspaces) {
      long inputs = connection.lstm().getNIn();
      INDArray ofInput = columns(errors, 0, inputs);
      INDArray ofOutput = columns(errors, inputs, errors.size(2));
      Pair<Gradient, INDArray> inner = underlying.backpropGradient(ofOutput, workspaces);
      inner.getSecond().addi(ofInput);
      return inner;
    }

    private static INDArray columns(INDArray errors, long from, long to) {
      return errors.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
        INDArray mask, MaskState state, int batch) {
      return underlying.feedForwardMaskArray(mask, state, batch);
    }
  }
}
