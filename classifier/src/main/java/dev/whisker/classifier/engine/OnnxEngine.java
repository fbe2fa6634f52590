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
              manifest.labels().size());
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
              + " probabilities): "
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

  /** One session; every thread has its own input buffer. */
  private static final class OnnxClassifier implements SequenceClassifier {
    private final OrtSession session;
    private final int length;
    private final int channels;
    private final int labels;
    private final ThreadLocal<FloatBuffer> input = new ThreadLocal<>();

    OnnxClassifier(OrtSession session, int length, int channels, int labels) {
      this.session = session;
      this.length = length;
      this.channels = channels;
      this.labels = labels;
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      FloatBuffer buffer = buffer(count * length * channels);
      buffer.put(windows, 0, count * length * channels).flip();
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(), buffer, new long[] {count, length, channels});
          OrtSession.Result result = session.run(Map.of(INPUT, tensor))) {
        probabilities(result, count).get(probabilities, 0, count * labels);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
      }
    }

    private FloatBuffer probabilities(OrtSession.Result result, int count) {
      OnnxValue output =
          result
              .get(OUTPUT)
              .orElseThrow(
                  () -> new IllegalStateException("The network has no output '" + OUTPUT + "'"));
      long[] expected = {count, labels};
      if (output instanceof OnnxTensor tensor
          && tensor.getInfo().type == OnnxJavaType.FLOAT
          && Arrays.equals(tensor.getInfo().getShape(), expected)) {
        return tensor.getFloatBuffer();
      }
      throw new IllegalStateException(
          "The network gave "
              + output
              + " for "
              + count
              + " windows; expected floats of the shape "
              + Arrays.toString(expected));
    }

    private FloatBuffer buffer(int floats) {
      FloatBuffer buffer = input.get();
      if (buffer == null || buffer.capacity() < floats) {
        buffer =
            ByteBuffer.allocateDirect(Float.BYTES * floats)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        input.set(buffer);
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
