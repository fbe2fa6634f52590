package dev.whisker.trainer.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.OnnxEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * ONNX Runtime with nothing around it, which Whisker's engine is measured against: the windows are
 * in their direct buffer before the first call, and there is one tensor over it for all calls. Not
 * thread-safe; whoever opened it closes it.
 */
public final class BareSession implements AutoCloseable {
  /** What the session is told; {@link #WHISKER} is what Whisker's engine tells its own. */
  public enum Options {
    /** One thread, no spinning. */
    WHISKER,
    /** ONNX Runtime's defaults: a thread a core, which spin. */
    DEFAULT,
    /** No optimization of the graph. */
    UNOPTIMIZED,
    /** Optimizations that keep the graph's operators; the default is all. */
    BASIC,
    /** All but those of the memory layout. */
    EXTENDED,
    /** Memory from the system's allocator. */
    NO_ARENA,
    /** No plan of the memory that a call needs. */
    NO_PATTERN,
    /** Neither plan nor arena. */
    NO_PATTERN_NO_ARENA,
    /** Numbers too small for their full precision count as 0. */
    DENORMALS_ARE_ZERO
  }

  private final OrtSession session;
  private final OnnxTensor windows;
  private final Map<String, OnnxTensor> inputs;
  private final float[] probabilities;

  private BareSession(OrtSession session, OnnxTensor windows, int probabilities) {
    this.session = session;
    this.windows = windows;
    this.inputs = Map.of(OnnxEngine.INPUT, windows);
    this.probabilities = new float[probabilities];
  }

  /**
   * Opens one.
   *
   * @param values {@code [count][length][channels]}
   * @throws IllegalStateException if ONNX Runtime refuses the network
   */
  public static BareSession open(Bundle bundle, float[] values, int count, Options choice) {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "bare");
    Manifest manifest = bundle.manifest();
    int length = manifest.window().length();
    int channels = manifest.channels().size();
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Float.BYTES * values.length)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .put(values)
            .flip();
    try (OrtSession.SessionOptions options = options(choice)) {
      return new BareSession(
          environment.createSession(bundle.onnx(), options),
          OnnxTensor.createTensor(environment, buffer, new long[] {count, length, channels}),
          count * manifest.labels().size());
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static OrtSession.SessionOptions options(Options choice) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    if (choice != Options.DEFAULT) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
    }
    switch (choice) {
      case WHISKER, DEFAULT -> {}
      case UNOPTIMIZED -> options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      case BASIC -> options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
      case EXTENDED ->
          options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
      case NO_ARENA -> options.setCPUArenaAllocator(false);
      case NO_PATTERN -> options.setMemoryPatternOptimization(false);
      case NO_PATTERN_NO_ARENA -> {
        options.setMemoryPatternOptimization(false);
        options.setCPUArenaAllocator(false);
      }
      case DENORMALS_ARE_ZERO -> options.addConfigEntry("session.set_denormal_as_zero", "1");
    }
    return options;
  }

  /** One call; the array is the next call's too. */
  public float[] run() {
    try (OrtSession.Result result = session.run(inputs)) {
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(probabilities);
      return probabilities;
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(OrtException cause) {
    return new IllegalStateException("ONNX Runtime failed: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    try {
      windows.close();
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }
}
