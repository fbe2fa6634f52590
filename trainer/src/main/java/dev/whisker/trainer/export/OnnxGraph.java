package dev.whisker.trainer.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Writes an ONNX graph node by node (<a
 * href="https://onnx.ai/onnx/repo-docs/IR.html">specification</a>). The same calls give the same
 * bytes. Not thread-safe.
 */
final class OnnxGraph {
  // ONNX 1.12: the last operator set whose ReduceMean takes its axes as an attribute.
  private static final int OPERATOR_SET = 17;
  private static final int IR_VERSION = 8;

  private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName("whisker");
  private int names;

  /** Declares an input; dimension 0 is the number of windows. */
  String input(String name, int... dimensions) {
    graph.addInput(value(name, dimensions));
    return name;
  }

  /** Declares a value as an output; dimension 0 is the number of windows. */
  void output(String name, int... dimensions) {
    graph.addOutput(value(name, dimensions));
  }

  /** Adds a constant of floats. */
  String floats(float[] values, long... dimensions) {
    ByteBuffer raw = buffer(Float.BYTES * values.length);
    for (float value : values) {
      raw.putFloat(value);
    }
    return constant(Onnx.TensorProto.DataType.FLOAT, raw, dimensions);
  }

  /** Adds a constant vector of whole numbers. */
  String longs(long... values) {
    ByteBuffer raw = buffer(Long.BYTES * values.length);
    for (long value : values) {
      raw.putLong(value);
    }
    return constant(Onnx.TensorProto.DataType.INT64, raw, values.length);
  }

  /** Adds a node and returns the name of its output. */
  String node(String operator, List<String> inputs, Onnx.AttributeProto... attributes) {
    return namedNode(operator, name(operator), inputs, attributes);
  }

  /** Adds a node whose output has the given name. */
  String namedNode(
      String operator, String output, List<String> inputs, Onnx.AttributeProto... attributes) {
    add(operator, inputs, List.of(output), attributes);
    return output;
  }

  /** Adds a node with several outputs and returns their names. */
  List<String> nodes(
      String operator, int count, List<String> inputs, Onnx.AttributeProto... attributes) {
    List<String> outputs = Stream.generate(() -> name(operator)).limit(count).toList();
    add(operator, inputs, outputs, attributes);
    return outputs;
  }

  private void add(
      String operator,
      List<String> inputs,
      List<String> outputs,
      Onnx.AttributeProto... attributes) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setName(outputs.get(0))
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  static Onnx.AttributeProto attribute(String name, long value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static Onnx.AttributeProto attribute(String name, float value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static Onnx.AttributeProto attribute(String name, String value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static Onnx.AttributeProto attribute(String name, List<Long> values) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  /** The whole model. */
  byte[] toBytes() {
    return Onnx.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("whisker")
        .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATOR_SET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private String name(String operator) {
    return operator.toLowerCase(Locale.ROOT) + names++;
  }

  private String constant(Onnx.TensorProto.DataType type, ByteBuffer raw, long... dimensions) {
    String name = name("constant");
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw.flip()));
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Onnx.ValueInfoProto value(String name, int... dimensions) {
    Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
    shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
    for (int dimension : dimensions) {
      shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(Onnx.TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
