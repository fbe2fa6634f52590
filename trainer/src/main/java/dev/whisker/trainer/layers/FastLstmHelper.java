package dev.whisker.trainer.layers;

import dev.whisker.trainer.layers.RecurrentKernel.Shape;
import dev.whisker.trainer.layers.RecurrentKernel.Weights;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.FwdPassReturn;
import org.deeplearning4j.nn.layers.recurrent.LSTMHelper;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the place of deeplearning4j's own loops over the steps in one LSTM layer, at the seam that
 * it has for cuDNN. What it does not support is left to deeplearning4j, and logged once.
 *
 * <p>In training deeplearning4j asks for the forward pass twice: for the outputs and once more for
 * the backward pass. The second time what is left of the first is used, if it was for the same
 * memory and weights. Not thread-safe, as the layer is not.
 */
final class FastLstmHelper implements LSTMHelper {
  private static final Logger LOG = LoggerFactory.getLogger(FastLstmHelper.class);
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private final RecurrentKernel kernel;
  private final boolean withInputErrors;
  private final NdMemory.RowMajor inputs = new NdMemory.RowMajor();
  private final NdMemory.RowMajor errors = new NdMemory.RowMajor();
  private Pass latest;

  /**
   * For one layer.
   *
   * @param inputErrors false: the errors of its input are not needed, and 0
   */
  FastLstmHelper(Cores cores, boolean inputErrors) {
    this.kernel = RecurrentKernel.lstm(cores);
    this.withInputErrors = inputErrors;
  }

  @Override
  public boolean checkSupported() {
    return true;
  }

  @Override
  public boolean checkSupported(
      IActivation gateActivation, IActivation activation, boolean hasPeepholes) {
    return unsupported(gateActivation, activation, hasPeepholes) == null;
  }

  /** Why a layer's settings are not supported; null: they are. */
  private static String unsupported(
      IActivation gateActivation, IActivation activation, boolean hasPeepholes) {
    if (hasPeepholes) {
      return "peepholes";
    }
    if (!(gateActivation instanceof ActivationSigmoid)) {
      return "the gate activation " + gateActivation;
    }
    return activation instanceof ActivationTanH ? null : "the activation " + activation;
  }

  @Override
  public FwdPassReturn activate(
      Layer layer,
      NeuralNetConfiguration conf,
      IActivation gateActivation,
      INDArray input,
      INDArray recurrentWeights,
      INDArray inputWeights,
      INDArray biases,
      boolean training,
      INDArray previousOutput,
      INDArray previousCells,
      boolean forBackprop,
      boolean forwards,
      String inputWeightKey,
      INDArray mask,
      boolean hasPeepholes,
      LayerWorkspaceMgr workspaces) {
    String unsupported =
        unsupported(gateActivation, ((BaseLayer) conf.getLayer()).getActivationFn(), hasPeepholes);
    if (unsupported == null && (!forwards || inputWeights.dataType() != DataType.FLOAT)) {
      unsupported = forwards ? "the data type " + inputWeights.dataType() : "sequences in reverse";
    }
    if (unsupported != null) {
      if (TOLD.add(unsupported)) {
        LOG.info("An LSTM layer with {} is left to deeplearning4j's own, slower code", unsupported);
      }
      return null;
    }
    float[] firstOutputs = NdMemory.rows(previousOutput);
    float[] firstCells = NdMemory.rows(previousCells);
    Pass before = latest;
    latest = null;
    if (forBackprop
        && before != null
        && before.isOf(input, recurrentWeights, inputWeights, mask)
        && kernel.beganWith(firstOutputs, firstCells)) {
      // The workspace of the first time has been taken back.
      takeLast(before, (int) input.size(0), (int) recurrentWeights.size(0));
      return before;
    }
    Shape shape =
        new Shape(
            (int) input.size(0),
            (int) input.size(2),
            (int) input.size(1),
            (int) recurrentWeights.size(0));
    Pass pass =
        new Pass(input, inputs.of(input.permute(2, 0, 1)), recurrentWeights, inputWeights, mask);
    kernel.forward(
        shape,
        NdMemory.pointer(pass.stepsFirst),
        weights(inputWeights, recurrentWeights, biases),
        firstOutputs,
        firstCells,
        mask == null ? null : NdMemory.rows(mask),
        training || forBackprop);
    INDArray outputs =
        NdMemory.room(
            workspaces, ArrayType.ACTIVATIONS, shape.steps(), shape.batch(), shape.units());
    kernel.outputs(NdMemory.pointer(outputs));
    pass.fwdPassOutput = outputs.permute(1, 2, 0);
    takeLast(pass, shape.batch(), shape.units());
    pass.prevAct = previousOutput;
    pass.prevMemCell = previousCells;
    if (training && !forBackprop) {
      latest = pass;
    }
    return pass;
  }

  /** Takes the state after the last step. */
  private void takeLast(Pass pass, int batch, int units) {
    pass.lastAct = NdMemory.array(kernel.lastOutputs(), batch, units);
    pass.lastMemCell = NdMemory.array(kernel.lastCells(), batch, units);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      NeuralNetConfiguration conf,
      IActivation gateActivation,
      INDArray input,
      INDArray recurrentWeights,
      INDArray inputWeights,
      INDArray epsilon,
      boolean truncated,
      int backwardSteps,
      FwdPassReturn forward,
      boolean forwards,
      String inputWeightKey,
      String recurrentWeightKey,
      String biasWeightKey,
      Map<String, INDArray> gradientViews,
      INDArray mask,
      boolean hasPeepholes,
      LayerWorkspaceMgr workspaces) {
    if (!(forward instanceof Pass pass)) {
      return null;
    }
    long steps = input.size(2);
    int firstStep = truncated ? (int) Math.max(0, steps - backwardSteps) : 0;
    INDArray inputErrors =
        NdMemory.room(workspaces, ArrayType.ACTIVATION_GRAD, steps, input.size(0), input.size(1));
    if (firstStep > 0 || !withInputErrors) {
      inputErrors.assign(0);
    }
    INDArray inputGradients = gradientViews.get(inputWeightKey);
    INDArray recurrentGradients = gradientViews.get(recurrentWeightKey);
    INDArray biasGradients = gradientViews.get(biasWeightKey);
    kernel.backward(
        NdMemory.pointer(pass.stepsFirst),
        // The bias is not needed any more.
        weights(inputWeights, recurrentWeights, biasGradients),
        NdMemory.pointer(errors.of(epsilon.permute(2, 0, 1))).asBuffer(),
        firstStep,
        weights(inputGradients, recurrentGradients, biasGradients),
        withInputErrors ? NdMemory.pointer(inputErrors) : null);
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(inputWeightKey, inputGradients);
    gradient.gradientForVariable().put(recurrentWeightKey, recurrentGradients);
    gradient.gradientForVariable().put(biasWeightKey, biasGradients);
    return new Pair<>(gradient, inputErrors.permute(1, 2, 0));
  }

  @Override
  public Map<String, Long> helperMemoryUse() {
    return Map.of("lstm", kernel.bytes());
  }

  private static Weights weights(INDArray input, INDArray recurrent, INDArray bias) {
    return new Weights(
        NdMemory.columnMajor(input), NdMemory.columnMajor(recurrent), NdMemory.pointer(bias));
  }

  /** A forward pass whose intermediate results the kernel still has. */
  private static final class Pass extends FwdPassReturn {
    private final INDArray input;
    private final INDArray stepsFirst;
    private final INDArray recurrentWeights;
    private final INDArray inputWeights;
    private final INDArray mask;

    Pass(
        INDArray input,
        INDArray stepsFirst,
        INDArray recurrentWeights,
        INDArray inputWeights,
        INDArray mask) {
      this.input = input;
      this.stepsFirst = stepsFirst;
      this.recurrentWeights = recurrentWeights;
      this.inputWeights = inputWeights;
      this.mask = mask;
    }

    boolean isOf(
        INDArray otherInput, INDArray otherRecurrent, INDArray otherWeights, INDArray otherMask) {
      // deeplearning4j makes a new view where channels come last.
      return NdMemory.isSameMemory(input, otherInput)
          && recurrentWeights == otherRecurrent
          && inputWeights == otherWeights
          && mask == otherMask;
    }
  }
}
