package dev.whisker.trainer.export;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.OnnxEngine;
import dev.whisker.trainer.layers.SkipConnection;
import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import dev.whisker.trainer.network.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import onnx.Onnx;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a trained network as ONNX that takes raw windows and gives calibrated probabilities.
 *
 * <pre>
 *   windows [n, length, channels], NaN where there is padding
 *     → (x - mean) / standard deviation
 *     → frames [steps, n, inputs]; [n, inputs, steps] if the first layer convolves; [n, values] if
 *       it takes whole windows
 *     → the network's layers one by one
 *     → / temperature → softmax
 *   probabilities [n, labels]
 * </pre>
 *
 * <p>A stateful network has two more inputs and outputs, what its LSTM layers carry from window to
 * window, with the layers' values side by side:
 *
 * <pre>
 *   hidden, cell [n, units of all layers]  →  hidden_out, cell_out [n, units of all layers]
 * </pre>
 */
public final class OnnxExport {
  /**
   * Places of the gates in deeplearning4j's columns, in ONNX's order: input, output, forget, cell.
   */
  private static final int[] GATES = {3, 2, 1, 0};

  private final OnnxGraph graph = new OnnxGraph();
  private final NetworkShape shape;

  /** What the layers so far leave of hidden and cell state, {@code [n, units]} each. */
  private final List<String> hiddenAfter = new ArrayList<>();

  private final List<String> cellsAfter = new ArrayList<>();

  /** How many columns of the state the layers so far have taken. */
  private int stateColumns;

  private String value;

  /** {@code [n, 1, steps]}, 0 where a step is padding; null: there is none. */
  private String mask;

  private int width;
  private Layout layout;

  private OnnxExport(NetworkShape shape) {
    this.shape = shape;
  }

  /**
   * Writes a network; the same one gives the same bytes.
   *
   * @throws IllegalArgumentException if it has a layer that cannot be written
   */
  public static byte[] write(
      MultiLayerNetwork network, NetworkShape shape, Normalizer normalizer, double temperature) {
    OnnxExport export = new OnnxExport(shape);
    NetworkState state = new NetworkState(network);
    export.input(normalizer);
    if (state.size() > 0) {
      export.graph.input(OnnxEngine.HIDDEN, state.described().hidden());
      export.graph.input(OnnxEngine.CELL, state.described().cell());
    }
    export.arrange(network);
    for (Layer layer : network.getLayers()) {
      export.layer(layer);
    }
    export.output(temperature);
    if (state.size() > 0) {
      export.stateOutput(OnnxEngine.HIDDEN_OUT, export.hiddenAfter, state.described().hidden());
      export.stateOutput(OnnxEngine.CELL_OUT, export.cellsAfter, state.described().cell());
    }
    return export.graph.toBytes();
  }

  private void input(Normalizer normalizer) {
    String windows = graph.input(OnnxEngine.INPUT, shape.length(), shape.channels());
    String mean = graph.floats(floats(normalizer.mean()), shape.channels());
    String deviation = graph.floats(floats(normalizer.standardDeviation()), shape.channels());
    String raw = windows;
    if (shape.pads()) {
      String padding = graph.node("IsNaN", List.of(windows));
      raw = graph.node("Where", List.of(padding, mean, windows));
      mask(padding);
    }
    value = graph.node("Div", List.of(graph.node("Sub", List.of(raw, mean)), deviation));
  }

  /** A step is padding if its first value is. */
  private void mask(String padding) {
    String frames =
        graph.node("Reshape", List.of(padding, graph.longs(0, shape.steps(), shape.inputs())));
    String first =
        graph.node("Slice", List.of(frames, graph.longs(0), graph.longs(1), graph.longs(2)));
    String steps =
        graph.node(
            "Cast",
            List.of(graph.node("Not", List.of(first))),
            OnnxGraph.attribute("to", Onnx.TensorProto.DataType.FLOAT.getNumber()));
    mask = graph.node("Reshape", List.of(steps, graph.longs(0, 1, shape.steps())));
  }

  private void arrange(MultiLayerNetwork network) {
    // 0 keeps the number of windows.
    if (NetworkInput.takesWholeWindows(network)) {
      layout = Layout.VECTORS;
      width = shape.values();
      value = graph.node("Reshape", List.of(value, graph.longs(0, shape.values())));
      return;
    }
    layout = Layout.WINDOWS_FIRST;
    width = shape.inputs();
    value = graph.node("Reshape", List.of(value, graph.longs(0, shape.steps(), shape.inputs())));
    arrange(
        network.getLayer(0).conf().getLayer() instanceof ConvolutionLayer
            ? Layout.CHANNELS_FIRST
            : Layout.STEPS_FIRST);
  }

  /** Brings sequences into a layout. */
  private void arrange(Layout wanted) {
    if (layout == wanted) {
      return;
    }
    List<Long> order =
        switch (wanted) {
          case STEPS_FIRST ->
              layout == Layout.WINDOWS_FIRST ? List.of(1L, 0L, 2L) : List.of(2L, 0L, 1L);
          case CHANNELS_FIRST ->
              layout == Layout.WINDOWS_FIRST ? List.of(0L, 2L, 1L) : List.of(1L, 2L, 0L);
          default -> throw new IllegalArgumentException("Nothing is taken as " + wanted);
        };
    value = graph.node("Transpose", List.of(value), OnnxGraph.attribute("perm", order));
    layout = wanted;
  }

  private void layer(Layer layer) {
    if (layer instanceof SkipConnection.Computed skip) {
      skipped(skip);
      return;
    }
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    if (conf instanceof LSTM || conf instanceof SimpleRnn) {
      recurrent(layer, (BaseRecurrentLayer) conf, List.of(""));
    } else if (conf instanceof Bidirectional both) {
      require(both.getMode() == Bidirectional.Mode.CONCAT, layer);
      recurrent(layer, (BaseRecurrentLayer) both.getFwd(), List.of("f", "b"));
    } else if (conf instanceof ConvolutionLayer convolution) {
      convolution(layer, convolution);
    } else if (conf instanceof BatchNormalization normalization) {
      normalization(layer, normalization);
    } else if (conf instanceof ActivationLayer activation) {
      value = graph.node(activation(activation.getActivationFn(), layer), List.of(value));
      if (mask != null) {
        require(layout == Layout.CHANNELS_FIRST, layer);
        value = graph.node("Mul", List.of(value, mask));
      }
    } else if (conf instanceof SubsamplingLayer pooling) {
      pooling(layer, pooling);
    } else if (conf instanceof OutputLayer output) {
      require(output.getActivationFn().toString().equals("softmax"), layer);
      affine(layer);
    } else if (conf instanceof DenseLayer dense) {
      affine(layer);
      value = graph.node(activation(dense.getActivationFn(), layer), List.of(value));
    } else if (conf instanceof GlobalPoolingLayer pooling) {
      require(pooling.getPoolingType() == PoolingType.AVG, layer);
      mean();
    } else if (conf instanceof DropoutLayer) {
      // Nothing is left out but in training.
    } else {
      require(false, layer);
    }
  }

  /** A layer's inputs beside its outputs. */
  private void skipped(SkipConnection.Computed skip) {
    arrange(Layout.STEPS_FIRST);
    String input = value;
    int inputs = width;
    layer(skip.getUnderlying());
    value = graph.node("Concat", List.of(input, value), OnnxGraph.attribute("axis", 2));
    width += inputs;
  }

  /** The mean over the steps that are no padding; what stands at those is 0. */
  private void mean() {
    long axis = layout == Layout.STEPS_FIRST ? 0L : 2L;
    if (mask == null) {
      value =
          graph.node(
              "ReduceMean",
              List.of(value),
              OnnxGraph.attribute("axes", List.of(axis)),
              OnnxGraph.attribute("keepdims", 0));
    } else {
      String lengths = sum(mask, 2);
      value = graph.node("Div", List.of(sum(value, axis), lengths));
    }
    layout = Layout.VECTORS;
  }

  private String sum(String of, long axis) {
    return graph.node(
        "ReduceSum", List.of(of, graph.longs(axis)), OnnxGraph.attribute("keepdims", 0));
  }

  private void convolution(Layer layer, ConvolutionLayer conf) {
    require(conf.getConvolutionMode() == ConvolutionMode.Same, layer);
    require(activation(conf.getActivationFn(), layer).equals("Identity"), layer);
    arrange(Layout.CHANNELS_FIRST);
    INDArray weights = layer.getParam("W");
    long outputs = weights.size(0);
    long taps = weights.size(2);
    require(weights.size(1) == width && weights.size(3) == 1, layer);
    float[] bias = new float[(int) outputs];
    if (conf.hasBias()) {
      bias = layer.getParam("b").dup('c').data().asFloat();
    }
    value =
        graph.node(
            "Conv",
            List.of(
                value,
                graph.floats(weights.dup('c').data().asFloat(), outputs, width, taps),
                graph.floats(bias, outputs)),
            OnnxGraph.attribute("kernel_shape", List.of(taps)),
            OnnxGraph.attribute("pads", List.of((taps - 1) / 2, taps / 2)));
    width = (int) outputs;
  }

  private void normalization(Layer layer, BatchNormalization conf) {
    require(!conf.isLockGammaBeta() && !conf.isUseLogStd(), layer);
    require(layout == Layout.CHANNELS_FIRST, layer);
    List<String> inputs = new ArrayList<>(List.of(value));
    for (String name : List.of("gamma", "beta", "mean", "var")) {
      inputs.add(graph.floats(layer.getParam(name).dup('c').data().asFloat(), width));
    }
    value =
        graph.node(
            "BatchNormalization", inputs, OnnxGraph.attribute("epsilon", (float) conf.getEps()));
  }

  private void pooling(Layer layer, SubsamplingLayer conf) {
    long size = conf.getKernelSize()[0];
    require(conf.getPoolingType() == PoolingType.MAX, layer);
    require(conf.getConvolutionMode() != ConvolutionMode.Same, layer);
    require(conf.getStride()[0] == size && conf.getPadding()[0] == 0, layer);
    require(layout == Layout.CHANNELS_FIRST && conf.getKernelSize()[1] == 1, layer);
    value = pooled(value, size);
    if (mask != null) {
      mask = pooled(mask, size);
    }
  }

  private String pooled(String of, long size) {
    return graph.node(
        "MaxPool",
        List.of(of),
        OnnxGraph.attribute("kernel_shape", List.of(size)),
        OnnxGraph.attribute("strides", List.of(size)));
  }

  /**
   * One recurrent layer, or one each way whose outputs stand side by side.
   *
   * @param ways what the parameters' names begin with, for each way
   */
  private void recurrent(Layer layer, BaseRecurrentLayer conf, List<String> ways) {
    arrange(Layout.STEPS_FIRST);
    boolean gated = conf instanceof LSTM;
    require(activation(conf.getActivationFn(), layer).equals("Tanh"), layer);
    require(
        !(conf instanceof LSTM lstm) || lstm.getGateActivationFn().toString().equals("sigmoid"),
        layer);
    int[] gates = gated ? GATES : new int[] {0};
    int units = (int) conf.getNOut();
    int rows = gates.length * units;
    require(conf.getNIn() == width, layer);
    float[] input = new float[ways.size() * rows * width];
    float[] recurrent = new float[ways.size() * rows * units];
    // The bias is there twice, for input and recurrent weights; the second one stays 0.
    float[] bias = new float[ways.size() * 2 * rows];
    for (int way = 0; way < ways.size(); way++) {
      String prefix = ways.get(way);
      gates(layer.getParam(prefix + "W"), gates, units, input, way * rows * width);
      gates(layer.getParam(prefix + "RW"), gates, units, recurrent, way * rows * units);
      gates(layer.getParam(prefix + "b").reshape(1, rows), gates, units, bias, way * 2 * rows);
    }
    int directions = ways.size();
    List<String> inputs =
        new ArrayList<>(
            List.of(
                value,
                graph.floats(input, directions, rows, width),
                graph.floats(recurrent, directions, rows, units),
                graph.floats(bias, directions, 2L * rows)));
    boolean carried = NetworkState.isCarried(conf);
    if (mask != null) {
      inputs.add(lengths());
    } else if (carried) {
      inputs.add(""); // all sequences are as long as the window
    }
    if (carried) {
      inputs.add(stateBefore(OnnxEngine.HIDDEN, units));
      inputs.add(stateBefore(OnnxEngine.CELL, units));
      stateColumns += units;
    }
    List<String> outputs =
        graph.nodes(
            gated ? "LSTM" : "RNN",
            carried ? 3 : 1,
            inputs,
            OnnxGraph.attribute("hidden_size", units),
            OnnxGraph.attribute("direction", directions == 1 ? "forward" : "bidirectional"));
    String output = outputs.get(0);
    if (carried) {
      hiddenAfter.add(withoutDirection(outputs.get(1)));
      cellsAfter.add(withoutDirection(outputs.get(2)));
    }
    // [steps, directions, n, units]
    String ordered =
        graph.node(
            "Transpose", List.of(output), OnnxGraph.attribute("perm", List.of(0L, 2L, 1L, 3L)));
    width = directions * units;
    value = graph.node("Reshape", List.of(ordered, graph.longs(0, 0, width)));
  }

  /** How many steps of each window are no padding. */
  private String lengths() {
    String sums = graph.node("Reshape", List.of(sum(mask, 2), graph.longs(-1)));
    return graph.node(
        "Cast",
        List.of(sums),
        OnnxGraph.attribute("to", Onnx.TensorProto.DataType.INT32.getNumber()));
  }

  /** The next columns of a state as a layer takes them, {@code [1, n, units]}. */
  private String stateBefore(String name, int units) {
    String columns =
        graph.node(
            "Slice",
            List.of(
                name,
                graph.longs(stateColumns),
                graph.longs(stateColumns + units),
                graph.longs(1)));
    return graph.node("Unsqueeze", List.of(columns, graph.longs(0)));
  }

  /** {@code [1, n, units]} as {@code [n, units]}. */
  private String withoutDirection(String state) {
    return graph.node("Squeeze", List.of(state, graph.longs(0)));
  }

  private void stateOutput(String name, List<String> layers, int columns) {
    graph.namedNode("Concat", name, layers, OnnxGraph.attribute("axis", 1));
    graph.output(name, columns);
  }

  /**
   * Transposes {@code [inputs, gates × units]} to {@code [gates × units, inputs]}, as ONNX has it.
   */
  private static void gates(INDArray weights, int[] places, int units, float[] to, int offset) {
    int inputs = (int) weights.size(0);
    for (int gate = 0; gate < places.length; gate++) {
      for (int u = 0; u < units; u++) {
        for (int i = 0; i < inputs; i++) {
          to[offset + (gate * units + u) * inputs + i] =
              weights.getFloat(i, places[gate] * units + u);
        }
      }
    }
  }

  private void affine(Layer layer) {
    INDArray weights = layer.getParam("W");
    int inputs = (int) weights.size(0);
    int outputs = (int) weights.size(1);
    require(inputs == width, layer);
    float[] rows = weights.dup('c').data().asFloat();
    float[] bias = layer.getParam("b").dup('c').data().asFloat();
    value =
        graph.node(
            "Add",
            List.of(
                graph.node("MatMul", List.of(value, graph.floats(rows, inputs, outputs))),
                graph.floats(bias, outputs)));
    width = outputs;
  }

  private void output(double temperature) {
    String scaled =
        graph.node("Div", List.of(value, graph.floats(new float[] {(float) temperature})));
    graph.namedNode("Softmax", OnnxEngine.OUTPUT, List.of(scaled), OnnxGraph.attribute("axis", -1));
    graph.output(OnnxEngine.OUTPUT, shape.labels());
  }

  private static String activation(IActivation function, Layer layer) {
    String name = function.toString();
    return switch (Activation.fromString(name.toUpperCase(Locale.ROOT))) {
      case TANH -> "Tanh";
      case RELU -> "Relu";
      case SIGMOID -> "Sigmoid";
      case IDENTITY -> "Identity";
      default -> {
        require(false, layer);
        yield "";
      }
    };
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  private static void require(boolean holds, Layer layer) {
    if (!holds) {
      throw new IllegalArgumentException(
          "The layer " + layer.conf().getLayer() + " cannot be written as ONNX");
    }
  }

  /** What a value's dimensions are. */
  private enum Layout {
    /** {@code [n, width]}. */
    VECTORS,
    /** {@code [n, steps, width]}. */
    WINDOWS_FIRST,
    /** {@code [steps, n, width]}. */
    STEPS_FIRST,
    /** {@code [n, width, steps]}. */
    CHANNELS_FIRST
  }
}
