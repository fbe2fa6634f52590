package dev.whisker.classifier.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network's inputs and outputs for a fixed number of windows, as tensors over buffers that
 * someone else keeps. Tensors are native memory: to be closed, once. Not thread-safe.
 */
final class OnnxBatch implements AutoCloseable {
  private final int count;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

  /** Without inputs and outputs yet. */
  OnnxBatch(int count) {
    this.count = count;
  }

  /** Number of windows. */
  int count() {
    return count;
  }

  /** By the graph's names. */
  Map<String, OnnxTensor> inputs() {
    return inputs;
  }

  /** By the graph's names; ONNX Runtime writes into their buffers. */
  Map<String, OnnxTensor> outputs() {
    return outputs;
  }

  /**
   * Adds an input.
   *
   * @param buffer direct, its first values are taken
   * @param shape of one window
   */
  void input(String name, FloatBuffer buffer, int... shape) throws OrtException {
    inputs.put(name, tensor(buffer, shape));
  }

  /** Adds an output, as above. */
  void output(String name, FloatBuffer buffer, int... shape) throws OrtException {
    outputs.put(name, tensor(buffer, shape));
  }

  private OnnxTensor tensor(FloatBuffer buffer, int[] shape) throws OrtException {
    long[] whole = new long[1 + shape.length];
    whole[0] = count;
    int values = count;
    for (int i = 0; i < shape.length; i++) {
      whole[1 + i] = shape[i];
      values *= shape[i];
    }
    return OnnxTensor.createTensor(OnnxEngine.environment(), buffer.slice(0, values), whole);
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
  }
}
