package dev.whisker.sandbox.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.OnnxEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Map;

/**
 * ONNX Runtime as bare as it gets: one session on one thread, one input that is laid out once and
 * stays where it is. Not thread-safe; whoever opened it closes it.
 */
final class BareSession implements AutoCloseable {
  private final OrtSession session;
  private final OnnxTensor input;
  private final int count;
  private final float[] probabilities;

  private BareSession(OrtSession session, OnnxTensor input, int count, int labels) {
    this.session = session;
    this.input = input;
    this.count = count;
    this.probabilities = new float[count * labels];
  }

  /**
   * Opens one.
   *
   * @param windows {@code [count][length][channels]}; may be longer
   */
  static BareSession open(Bundle bundle, float[] windows, int count) {
    Manifest manifest = bundle.manifest();
    int length = manifest.window().length();
    int channels = manifest.channels().size();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      FloatBuffer buffer =
          ByteBuffer.allocateDirect(Float.BYTES * count * length * channels)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      buffer.put(windows, 0, buffer.capacity()).flip();
      return new BareSession(
          environment.createSession(bundle.onnx(), options),
          OnnxTensor.createTensor(environment, buffer, new long[] {count, length, channels}),
          count,
          manifest.labels().size());
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** Classifies for some time; returns the windows a second. */
  double run(Duration time) {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long windows = 0;
    long now = start;
    try {
      while (now < end) {
        try (OrtSession.Result result = session.run(Map.of(OnnxEngine.INPUT, input))) {
          ((OnnxTensor) result.get(0)).getFloatBuffer().get(probabilities);
        }
        windows += count;
        now = System.nanoTime();
      }
    } catch (OrtException e) {
      throw failed(e);
    }
    return windows * 1e9 / (now - start);
  }

  private static IllegalStateException failed(OrtException cause) {
    return new IllegalStateException("ONNX Runtime failed: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    try {
      input.close();
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }
}
