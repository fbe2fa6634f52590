package dev.whisker.classifier.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * One session for all threads. A call takes a workspace that no other one uses and gives it back,
 * so that there are as many as there ever were calls at once, whatever threads come and go.
 *
 * <pre>
 *   idle  [a][b]  --take-->  a: write, run, read  --give back-->  [a][b]
 * </pre>
 */
final class OnnxClassifier implements SequenceClassifier {
  private final OrtSession session;
  private final OnnxShape shape;

  /** The latest first, whose memory is most likely still in the processor's caches. */
  private final Deque<OnnxWorkspace> idle = new ArrayDeque<>();

  private int busy;
  private boolean closed;

  /**
   * For a network.
   *
   * @param session closed with the classifier
   */
  OnnxClassifier(OrtSession session, OnnxShape shape) {
    this.session = session;
    this.shape = shape;
  }

  /**
   * Classifies windows of zeros: shapes that do not fit are found here and not on live data. Two of
   * them, because a network that takes one at a time does not fit either.
   *
   * @throws IllegalStateException if an output is missing or not as the shape says
   * @throws OrtException if the network does not run
   */
  void check() throws OrtException {
    try (OnnxWorkspace workspace = new OnnxWorkspace(shape)) {
      OnnxBatch batch = workspace.batch(2);
      try (OrtSession.Result result = session.run(batch.inputs())) {
        batch
            .outputs()
            .forEach((name, expected) -> require(result, name, expected.getInfo().getShape()));
      }
    }
  }

  private static void require(OrtSession.Result result, String name, long[] expected) {
    OnnxValue output =
        result
            .get(name)
            .orElseThrow(
                () -> new IllegalStateException("The network has no output '" + name + "'"));
    if (!(output instanceof OnnxTensor tensor)
        || tensor.getInfo().type != OnnxJavaType.FLOAT
        || !Arrays.equals(tensor.getInfo().getShape(), expected)) {
      throw new IllegalStateException(
          "The network gave "
              + output
              + " as '"
              + name
              + "' for "
              + expected[0]
              + " windows; expected floats of the shape "
              + Arrays.toString(expected));
    }
  }

  @Override
  public int stateSize() {
    return shape.stateSize();
  }

  @Override
  public void classify(float[] windows, int count, float[] probabilities) {
    classify(windows, count, null, probabilities);
  }

  @Override
  public void classify(float[] windows, int count, float[] state, float[] probabilities) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " windows to classify; expected at least 1");
    }
    OnnxWorkspace workspace = take();
    try {
      OnnxBatch batch = workspace.batch(count);
      workspace.write(windows, count, state);
      session.run(batch.inputs(), batch.outputs()).close();
      workspace.read(probabilities, count, state);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    } finally {
      giveBack(workspace);
    }
  }

  /**
   * A workspace for one call.
   *
   * @throws IllegalStateException if this is closed
   */
  synchronized OnnxWorkspace take() {
    if (closed) {
      throw new IllegalStateException(
          "The model's network is closed and cannot classify; open its bundle again");
    }
    busy++;
    OnnxWorkspace latest = idle.pollFirst();
    return latest == null ? new OnnxWorkspace(shape) : latest;
  }

  /** How many workspaces wait for calls. */
  synchronized int idle() {
    return idle.size();
  }

  /** The call is done. */
  synchronized void giveBack(OnnxWorkspace workspace) {
    busy--;
    idle.addFirst(workspace);
    if (closed) {
      release();
    }
  }

  /** Refuses further calls; what the calls under way use is freed by the last of them. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  private void release() {
    idle.forEach(OnnxWorkspace::close);
    idle.clear();
    if (busy == 0) {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed to close its session", e);
      }
    }
  }
}
