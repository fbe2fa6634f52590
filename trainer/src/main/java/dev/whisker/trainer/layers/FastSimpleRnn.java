package dev.whisker.trainer.layers;

import dev.whisker.trainer.layers.RecurrentKernel.Shape;
import dev.whisker.trainer.layers.RecurrentKernel.Weights;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.params.SimpleRnnParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * deeplearning4j's plain recurrent layer, with {@link RecurrentKernel} in place of its loop over
 * the steps. Not thread-safe, as the layer is not.
 */
final class FastSimpleRnn extends SimpleRnn {
  private static final long serialVersionUID = 1;

  private final transient RecurrentKernel kernel;
  private final transient NdMemory.RowMajor inputs = new NdMemory.RowMajor();
  private final transient NdMemory.RowMajor errors = new NdMemory.RowMajor();

  /** The input of the latest forward pass from a state of zeros that was kept; null: none. */
  private transient INDArray keptOf;

  private transient INDArray stepsFirst;

  FastSimpleRnn(NeuralNetConfiguration conf, DataType dataType, Cores cores) {
    super(conf, dataType);
    this.kernel = RecurrentKernel.simple(cores);
  }

  /** Whether a layer with this configuration can be computed here. */
  static boolean supports(org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn conf) {
    return conf.getActivationFn() instanceof ActivationTanH
        && !conf.hasLayerNorm()
        && conf.getWeightNoise() == null;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    return forward(null, training, workspaces);
  }

  @Override
  public INDArray rnnTimeStep(INDArray newInput, LayerWorkspaceMgr workspaces) {
    setInput(newInput, workspaces);
    INDArray output = forward(stateMap.get(STATE_KEY_PREV_ACTIVATION), false, workspaces);
    remember(stateMap);
    return output;
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray newInput, boolean training, boolean store, LayerWorkspaceMgr workspaces) {
    setInput(newInput, workspaces);
    INDArray output = forward(tBpttStateMap.get(STATE_KEY_PREV_ACTIVATION), training, workspaces);
    if (store) {
      remember(tBpttStateMap);
    }
    return output;
  }

  private void remember(Map<String, INDArray> state) {
    float[] last = kernel.lastOutputs();
    long units = layerConf().getNOut();
    // A workspace would take its memory back before the next call.
    state.put(STATE_KEY_PREV_ACTIVATION, NdMemory.array(last, last.length / units, units).detach());
  }

  private INDArray forward(INDArray state, boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    Shape shape = run(state, training);
    keptOf = training && state == null ? input : null;
    INDArray outputs =
        NdMemory.room(
            workspaces, ArrayType.ACTIVATIONS, shape.steps(), shape.batch(), shape.units());
    kernel.outputs(NdMemory.pointer(outputs));
    return permuteIfNWC(outputs.permute(1, 2, 0));
  }

  private Shape run(INDArray state, boolean keep) {
    INDArray sequences = permuteIfNWC(input);
    Shape shape =
        new Shape(
            (int) sequences.size(0),
            (int) sequences.size(2),
            (int) sequences.size(1),
            (int) layerConf().getNOut());
    stepsFirst = inputs.of(sequences.permute(2, 0, 1));
    kernel.forward(
        shape,
        NdMemory.pointer(stepsFirst),
        weights(params),
        state == null ? new float[shape.batch() * shape.units()] : NdMemory.rows(state),
        null,
        maskArray == null ? null : NdMemory.rows(maskArray),
        keep);
    return shape;
  }

  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int length, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    if (keptOf != input) {
      // deeplearning4j, too, goes back over a pass that began at zeros.
      run(null, true);
    }
    keptOf = null;
    long steps = stepsFirst.size(0);
    int firstStep = length > 0 ? (int) Math.max(0, steps - length) : 0;
    INDArray inputErrors = NdMemory.room(workspaces, ArrayType.ACTIVATION_GRAD, stepsFirst.shape());
    if (firstStep > 0) {
      inputErrors.assign(0);
    }
    kernel.backward(
        NdMemory.pointer(stepsFirst),
        weights(params),
        NdMemory.pointer(errors.of(permuteIfNWC(epsilon).permute(2, 0, 1))).asBuffer(),
        firstStep,
        weights(gradientViews),
        NdMemory.pointer(inputErrors));
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    for (String name : gradientViews.keySet()) {
      gradient.gradientForVariable().put(name, gradientViews.get(name));
    }
    INDArray errorsBelow = backpropDropOutIfPresent(inputErrors.permute(1, 2, 0));
    return new Pair<>(gradient, permuteIfNWC(errorsBelow));
  }

  private static Weights weights(Map<String, INDArray> byName) {
    return new Weights(
        NdMemory.columnMajor(byName.get(SimpleRnnParamInitializer.WEIGHT_KEY)),
        NdMemory.columnMajor(byName.get(SimpleRnnParamInitializer.RECURRENT_WEIGHT_KEY)),
        NdMemory.pointer(byName.get(SimpleRnnParamInitializer.BIAS_KEY)));
  }
}
