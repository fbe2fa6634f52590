package dev.whisker.classifier.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;

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
      OnnxClassifier classifier = new OnnxClassifier(session, OnnxShape.of(manifest));
      classifier.check();
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

  /** A session for a network; whoever asks closes it. */
  static OrtSession session(byte[] network) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Parallelism is one stream thread a core; a session that spins beside them costs more.
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return environment().createSession(network, options);
    }
  }

  /** The process has one; making it loads the native library. */
  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "whisker");
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
}
