package dev.whisker.classifier.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** Runs {@code network.onnx} with ONNX Runtime, on the calling thread. */
public final class OnnxEngine implements Engine {
  /** The graph's input: raw windows, {@code [n, length, channels]} float32. */
  public static final String INPUT = "windows";

  /** The graph's output: calibrated probabilities, {@code [n, labels]} float32. */
  public static final String OUTPUT = "probabilities";

  /** A stateful graph's input: the hidden state before each window, {@code [n, hidden]} float32. */
  public static final String HIDDEN = "hidden";

  /** A stateful graph's input: the cell state before each window, {@code [n, cell]} float32. */
  public static final String CELL = "cell";

  /** A stateful graph's output: the hidden state after each window, {@code [n, hidden]} float32. */
  public static final String HIDDEN_OUT = "hidden_out";

  /** A stateful graph's output: the cell state after each window, {@code [n, cell]} float32. */
  public static final String CELL_OUT = "cell_out";

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public SequenceClassifier open(Bundle bundle) {
    Manifest manifest = bundle.manifest();
    OrtSession session = null;
    try {
      session = session(bundle.onnx());
      OnnxClassifier classifier =
          new OnnxClassifier(
              session,
              manifest.window().length(),
              manifest.channels().size(),
              manifest.labels().size(),
              manifest.state());
      // Windows of zeros: shapes that do not fit are found here and not on live data. Two, because
      // a network that takes one at a time does not fit either.
      classifier.classify(
          new float[2 * manifest.window().length() * manifest.channels().size()],
          2,
          new float[2 * manifest.labels().size()]);
      return classifier;
    } catch (OrtException | IllegalStateException e) {
      closeQuietly(session, e);
      throw new BundleException(
          "network.onnx of model "
              + manifest.name()
              + " does not run as the manifest says (windows of "
              + manifest.window().length()
              + " × "
              + manifest.channels().size()
              + " to "
              + manifest.labels().size()
              + " probabilities"
              + (manifest.state() == null
                  ? ""
                  : ", state of "
                      + manifest.state().hidden()
                      + " hidden and "
                      + manifest.state().cell()
                      + " cell values")
              + "): "
              + e.getMessage(),
          e);
    }
  }

  private static OrtSession session(byte[] network) throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "whisker");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Parallelism is one stream thread a core; a session that spins beside them costs more.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return environment.createSession(network, options);
    }
  }

  private static void closeQuietly(OrtSession session, Exception cause) {
    if (session != null) {
      try {
        session.close();
      } catch (OrtException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /** One session; every thread has its own input buffers. */
  private static final class OnnxClassifier implements SequenceClassifier {
    private final OrtSession session;
    private final int length;
    private final int channels;
    private final int labels;
    private final int hidden;
    private final int cell;
    private final ThreadLocal<FloatBuffer> windowBuffer = new ThreadLocal<>();
    private final ThreadLocal<FloatBuffer> hiddenBuffer = new ThreadLocal<>();
    private final ThreadLocal<FloatBuffer> cellBuffer = new ThreadLocal<>();

    /**
     * For a network.
     *
     * @param state what it carries; null: nothing
     */
    OnnxClassifier(OrtSession session, int length, int channels, int labels, Manifest.State state) {
      this.session = session;
      this.length = length;
      this.channels = channels;
      this.labels = labels;
      this.hidden = state == null ? 0 : state.hidden();
      this.cell = state == null ? 0 : state.cell();
    }

    @Override
    public int stateSize() {
      return hidden + cell;
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      if (stateSize() > 0) {
        classify(windows, count, new float[count * stateSize()], probabilities);
        return;
      }
      try (OnnxTensor tensor = windows(windows, count);
          OrtSession.Result result = session.run(Map.of(INPUT, tensor))) {
        output(result, OUTPUT, count, labels).get(probabilities, 0, count * labels);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
    }

    @Override
    public void classify(float[] windows, int count, float[] state, float[] probabilities) {
      if (stateSize() == 0) {
        classify(windows, count, probabilities);
        return;
      }
      try (OnnxTensor tensor = windows(windows, count);
          OnnxTensor hiddenTensor = state(hiddenBuffer, state, 0, count, hidden);
          OnnxTensor cellTensor = state(cellBuffer, state, hidden, count, cell);
          OrtSession.Result result =
              session.run(Map.of(INPUT, tensor, HIDDEN, hiddenTensor, CELL, cellTensor))) {
        output(result, OUTPUT, count, labels).get(probabilities, 0, count * labels);
        FloatBuffer hiddenAfter = output(result, HIDDEN_OUT, count, hidden);
        FloatBuffer cellAfter = output(result, CELL_OUT, count, cell);
        for (int i = 0; i < count; i++) {
          hiddenAfter.get(state, i * stateSize(), hidden);
          cellAfter.get(state, i * stateSize() + hidden, cell);
        }
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
    }

    private OnnxTensor windows(float[] windows, int count) throws OrtException {
      FloatBuffer buffer = buffer(windowBuffer, count * length * channels);
      buffer.put(windows, 0, count * length * channels).flip();
      return OnnxTensor.createTensor(
          OrtEnvironment.getEnvironment(), buffer, new long[] {count, length, channels});
    }

    /** A part of each row of the state. */
    private OnnxTensor state(
        ThreadLocal<FloatBuffer> room, float[] state, int from, int count, int width)
        throws OrtException {
      FloatBuffer buffer = buffer(room, count * width);
      for (int i = 0; i < count; i++) {
        buffer.put(state, i * stateSize() + from, width);
      }
      return OnnxTensor.createTensor(
          OrtEnvironment.getEnvironment(), buffer.flip(), new long[] {count, width});
    }

    private static FloatBuffer output(OrtSession.Result result, String name, int count, int width) {
      OnnxValue output =
          result
              .get(name)
              .orElseThrow(
                  () -> new IllegalStateException("The network has no output '" + name + "'"));
      long[] expected = {count, width};
      if (output instanceof OnnxTensor tensor
          && tensor.getInfo().type == OnnxJavaType.FLOAT
          && Arrays.equals(tensor.getInfo().getShape(), expected)) {
        return tensor.getFloatBuffer();
      }
      throw new IllegalStateException(
          "The network gave "
              + output
              + " as '"
              + name
              + "' for "
              + count
              + " windows; expected floats of the shape "
              + Arrays.toString(expected));
    }

    private static FloatBuffer buffer(ThreadLocal<FloatBuffer> room, int floats) {
      FloatBuffer buffer = room.get();
      if (buffer == null || buffer.capacity() < floats) {
        buffer =
            ByteBuffer.allocateDirect(Float.BYTES * floats)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        room.set(buffer);
      }
      return buffer.clear();
    }

    @Override
    public void close() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed to close its session", e);
      }
    }
  }
}
