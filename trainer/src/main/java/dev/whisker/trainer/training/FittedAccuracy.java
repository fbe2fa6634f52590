package dev.whisker.trainer.training;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The share of windows that a network gets right while it is fitted to them, batch by batch: a
 * running accuracy, of windows as augmented and of parameters that change from batch to batch. It
 * takes the forward pass that fitting makes anyway, but for the output layer, which it computes
 * once more without its dropout; networks that do not end in a plain softmax over windows are not
 * counted. Not thread-safe.
 */
final class FittedAccuracy extends BaseTrainingListener {
  private long right;
  private long windows;

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    MultiLayerNetwork network = (MultiLayerNetwork) model;
    int output = network.getnLayers() - 1;
    INDArray input = activations.get(activations.size() - 1);
    INDArray truth = network.getLabels();
    // What goes into it is a row a window already: nothing before it is left to be done.
    if (!(network.getLayer(output).conf().getLayer() instanceof OutputLayer)
        || input.rank() != 2
        || input.size(0) != truth.size(0)) {
      return;
    }
    Map<String, INDArray> parameters = network.getLayer(output).paramTable();
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try {
      INDArray logits =
          input
              .mmul(parameters.get(DefaultParamInitializer.WEIGHT_KEY))
              .addiRowVector(parameters.get(DefaultParamInitializer.BIAS_KEY));
      count(logits.dup('c').data().asFloat(), truth.dup('c').data().asFloat(), truth.columns());
    } finally {
      outside.close();
    }
  }

  /** Softmax keeps the order, so the largest logit is the most probable label. */
  private void count(float[] logits, float[] truth, int labels) {
    for (int row = 0; row < logits.length; row += labels) {
      int best = row;
      boolean known = truth[row] > 0;
      for (int i = row + 1; i < row + labels; i++) {
        best = logits[i] > logits[best] ? i : best;
        known |= truth[i] > 0;
      }
      // A window without truth only carries state.
      right += truth[best] > 0 ? 1 : 0;
      windows += known ? 1 : 0;
    }
  }

  /** Forgets what was counted. */
  void reset() {
    right = 0;
    windows = 0;
  }

  /** The accuracy since the last reset; NaN: nothing was counted. */
  double value() {
    return windows == 0 ? Double.NaN : (double) right / windows;
  }
}
