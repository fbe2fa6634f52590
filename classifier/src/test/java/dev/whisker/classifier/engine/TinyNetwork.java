package dev.whisker.classifier.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An ONNX graph by hand: the softmax of each channel's mean, so that there is one class a channel.
 *
 * <pre>
 *   windows [n, length, channels] → ReduceMean(axis 1) → Softmax → probabilities [n, channels]
 * </pre>
 *
 * <p>The fields' numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
final class TinyNetwork {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private TinyNetwork() {}

  /** What the network computes for one window. */
  static float[] expected(float[] windows, int window, int length, int channels) {
    double[] exponents = new double[channels];
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double mean = 0;
      for (int i = 0; i < length; i++) {
        mean += windows[(window * length + i) * channels + c] / (double) length;
      }
      exponents[c] = Math.exp(mean);
      sum += exponents[c];
    }
    float[] probabilities = new float[channels];
    for (int c = 0; c < channels; c++) {
      probabilities[c] = (float) (exponents[c] / sum);
    }
    return probabilities;
  }

  /** The network for any number of windows. */
  static byte[] bytes(int length, int channels) {
    return bytes("windows", "probabilities", 0, length, channels);
  }

  /**
   * The network with other names or for a fixed number of windows.
   *
   * @param batch the number of windows; 0: any
   */
  static byte[] bytes(String input, String output, int batch, int length, int channels) {
    byte[] mean = node("ReduceMean", input, "mean", ints("axes", 1), integer("keepdims", 0));
    byte[] softmax = node("Softmax", "mean", output, integer("axis", -1));
    return model(
        join(
            bytes(1, mean),
            bytes(1, softmax),
            text(2, "tiny"),
            bytes(11, value(input, FLOAT, batch, length, channels)),
            bytes(12, value(output, FLOAT, batch, channels))));
  }

  /**
   * A network that carries state: it adds up the windows' means, and counts down in the cells.
   *
   * <pre>
   *   hidden_out = hidden + mean   cell_out = cell - mean   probabilities = softmax(hidden_out)
   * </pre>
   *
   * @param hiddenOut the name of the output hidden_out
   */
  static byte[] stateful(String hiddenOut, int length, int channels) {
    byte[] mean = node("ReduceMean", "windows", "mean", ints("axes", 1), integer("keepdims", 0));
    byte[] softmax = node("Softmax", hiddenOut, "probabilities", integer("axis", -1));
    return model(
        join(
            bytes(1, mean),
            bytes(1, join(text(1, "hidden"), text(1, "mean"), text(2, hiddenOut), text(4, "Add"))),
            bytes(1, join(text(1, "cell"), text(1, "mean"), text(2, "cell_out"), text(4, "Sub"))),
            bytes(1, softmax),
            text(2, "tiny"),
            bytes(11, value("windows", FLOAT, 0, length, channels)),
            bytes(11, value("hidden", FLOAT, 0, channels)),
            bytes(11, value("cell", FLOAT, 0, channels)),
            bytes(12, value("probabilities", FLOAT, 0, channels)),
            bytes(12, value(hiddenOut, FLOAT, 0, channels)),
            bytes(12, value("cell_out", FLOAT, 0, channels))));
  }

  /** A network that gives the most probable class instead of the probabilities. */
  static byte[] argMax(int length, int channels) {
    byte[] mean = node("ReduceMean", "windows", "mean", ints("axes", 1), integer("keepdims", 0));
    byte[] best =
        node("ArgMax", "mean", "probabilities", integer("axis", 1), integer("keepdims", 0));
    return model(
        join(
            bytes(1, mean),
            bytes(1, best),
            text(2, "tiny"),
            bytes(11, value("windows", FLOAT, 0, length, channels)),
            bytes(12, value("probabilities", INT64, 0))));
  }

  private static byte[] model(byte[] graph) {
    return join(
        number(1, 8), // ir_version
        bytes(7, graph),
        bytes(8, join(text(1, ""), number(2, 13)))); // opset_import
  }

  private static byte[] node(String type, String input, String output, byte[]... attributes) {
    byte[] node = join(text(1, input), text(2, output), text(4, type));
    for (byte[] attribute : attributes) {
      node = join(node, bytes(5, attribute));
    }
    return node;
  }

  private static byte[] integer(String name, long value) {
    return join(text(1, name), number(3, value), number(20, 2));
  }

  private static byte[] ints(String name, long value) {
    return join(text(1, name), number(8, value), number(20, 7));
  }

  /** A tensor's name, type and shape; a size of 0 is any. */
  private static byte[] value(String name, int elementType, int... shape) {
    byte[] dimensions = {};
    for (int size : shape) {
      dimensions = join(dimensions, bytes(1, size == 0 ? text(2, "n") : number(1, size)));
    }
    byte[] tensor = join(number(1, elementType), bytes(2, dimensions));
    return join(text(1, name), bytes(2, bytes(1, tensor)));
  }

  private static byte[] number(int field, long value) {
    return join(varint(field << 3), varint(value));
  }

  private static byte[] text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(int field, byte[] value) {
    return join(varint(field << 3 | 2), varint(value.length), value);
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
