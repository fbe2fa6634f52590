package dev.whisker.trainer.export;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.OnnxEngine;
import dev.whisker.trainer.network.NetworkInput;
import dev.whisker.trainer.network.NetworkShape;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a trained network as ONNX that takes raw windows and gives calibrated probabilities.
 *
 * <pre>
 *   windows [n, length, channels]
 *     → (x - mean) / standard deviation
 *     → frames [steps, n, inputs], or [n, values] if the first layer takes whole windows
 *     → the network's layers one by one
 *     → / temperature → softmax
 *   probabilities [n, labels]
 * </pre>
 */
public final class OnnxExport {
  /**
   * Places of the gates in deeplearning4j's columns, in ONNX's order: input, output, forget, cell.
   */
  private static final int[] GATES = {3, 2, 1, 0};

  private static final int NUMBER_OF_GATES = GATES.length;

  private final OnnxGraph graph = new OnnxGraph();
  private final NetworkShape shape;
  private String value;
  private int width;

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
    export.input(normalizer);
    export.arrange(!NetworkInput.takesWholeWindows(network));
    for (Layer layer : network.getLayers()) {
      export.layer(layer);
    }
    export.output(temperature);
    return export.graph.toBytes();
  }

  private void input(Normalizer normalizer) {
    String windows = graph.input(OnnxEngine.INPUT, shape.length(), shape.channels());
    String mean = graph.floats(floats(normalizer.mean()), shape.channels());
    String deviation = graph.floats(floats(normalizer.standardDeviation()), shape.channels());
    value = graph.node("Div", List.of(graph.node("Sub", List.of(windows, mean)), deviation));
  }

  private void arrange(boolean sequence) {
    // 0 keeps the number of windows.
    if (sequence) {
      width = shape.inputs();
      String frames =
          graph.node("Reshape", List.of(value, graph.longs(0, shape.steps(), shape.inputs())));
      value =
          graph.node(
              "Transpose", List.of(frames), OnnxGraph.attribute("perm", List.of(1L, 0L, 2L)));
    } else {
      width = shape.values();
      value = graph.node("Reshape", List.of(value, graph.longs(0, shape.values())));
    }
  }

  private void layer(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    if (conf instanceof LSTM lstm) {
      lstm(layer, lstm);
    } else if (conf instanceof OutputLayer output) {
      require(output.getActivationFn().toString().equals("softmax"), layer);
      affine(layer);
    } else if (conf instanceof DenseLayer dense) {
      affine(layer);
      value = graph.node(activation(dense, layer), List.of(value));
    } else if (conf instanceof GlobalPoolingLayer pooling) {
      require(pooling.getPoolingType() == PoolingType.AVG, layer);
      value =
          graph.node(
              "ReduceMean",
              List.of(value),
              OnnxGraph.attribute("axes", List.of(0L)),
              OnnxGraph.attribute("keepdims", 0));
    } else {
      require(false, layer);
    }
  }

  private void lstm(Layer layer, LSTM conf) {
    require(activation(conf, layer).equals("Tanh"), layer);
    require(conf.getGateActivationFn().toString().equals("sigmoid"), layer);
    INDArray inputWeights = layer.getParam("W");
    int inputs = (int) inputWeights.size(0);
    int units = (int) inputWeights.size(1) / NUMBER_OF_GATES;
    require(inputs == width, layer);
    // The bias is there twice, for input and recurrent weights; the second one stays 0.
    float[] bias = new float[2 * NUMBER_OF_GATES * units];
    float[] gates = gates(layer.getParam("b").reshape(1, NUMBER_OF_GATES * units), units);
    System.arraycopy(gates, 0, bias, 0, gates.length);
    String output =
        graph.node(
            "LSTM",
            List.of(
                value,
                graph.floats(gates(inputWeights, units), 1, NUMBER_OF_GATES * units, inputs),
                graph.floats(gates(layer.getParam("RW"), units), 1, NUMBER_OF_GATES * units, units),
                graph.floats(bias, 1, bias.length)),
            OnnxGraph.attribute("hidden_size", units));
    // [steps, directions, n, units], and there is one direction.
    value = graph.node("Squeeze", List.of(output, graph.longs(1)));
    width = units;
  }

  /** Transposes {@code [inputs, 4 × units]} to {@code [4 × units, inputs]} in ONNX's gate order. */
  private static float[] gates(INDArray weights, int units) {
    int inputs = (int) weights.size(0);
    float[] gates = new float[NUMBER_OF_GATES * units * inputs];
    for (int gate = 0; gate < NUMBER_OF_GATES; gate++) {
      for (int u = 0; u < units; u++) {
        for (int i = 0; i < inputs; i++) {
          gates[(gate * units + u) * inputs + i] = weights.getFloat(i, GATES[gate] * units + u);
        }
      }
    }
    return gates;
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

  private static String activation(BaseLayer conf, Layer layer) {
    String name = conf.getActivationFn().toString();
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
}
