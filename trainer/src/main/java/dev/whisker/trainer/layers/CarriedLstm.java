package dev.whisker.trainer.layers;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * deeplearning4j's LSTM layer, trained from the state that is set ({@link #rnnSetPreviousState})
 * and not from zeros; afterwards that is the state after the last step. Errors do not go back
 * beyond the first step: with consecutive windows this is truncated backpropagation through time.
 *
 * <p>deeplearning4j's own truncated backpropagation has the right state in the forward pass alone:
 * its backward pass is computed as if the sequence began there. Not thread-safe, as the layer is
 * not.
 */
final class CarriedLstm extends LSTM {
  private static final long serialVersionUID = 1;

  CarriedLstm(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(INDArray newInput, boolean training, LayerWorkspaceMgr workspaces) {
    if (!training) {
      return super.activate(newInput, false, workspaces);
    }
    // The forward pass begins with the one state of deeplearning4j's two, the backward pass with
    // the other.
    rnnSetTBPTTState(stateMap);
    return rnnActivateUsingStoredState(newInput, true, false, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray errors, LayerWorkspaceMgr workspaces) {
    Pair<Gradient, INDArray> gradient =
        tbpttBackpropGradient(errors, Integer.MAX_VALUE, workspaces);
    rnnSetPreviousState(tBpttStateMap);
    return gradient;
  }
}
