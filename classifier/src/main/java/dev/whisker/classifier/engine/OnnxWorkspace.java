package dev.whisker.classifier.engine;

import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory outside of the heap that a call needs, kept for the calls after it: buffers for as many
 * windows as there ever were in one, and tensors over them for the latest numbers of windows.
 *
 * <pre>
 *   buffer        [w0][w1][w2][w3][w4][w5][w6][w7]
 *   tensors of 1  [  ]
 *           of 5  [                  ]
 *           of 8  [                              ]
 * </pre>
 *
 * <p>One call at a time; to be closed.
 */
final class OnnxWorkspace implements AutoCloseable {
  /** For how many different numbers of windows tensors are kept. */
  static final int KEPT = 16;

  private final OnnxShape shape;

  /** The latest first. */
  private final List<OnnxBatch> batches = new ArrayList<>(KEPT);

  /** Windows that the buffers have room for. */
  private int room;

  private FloatBuffer windows;
  private FloatBuffer hidden;
  private FloatBuffer cell;
  private FloatBuffer probabilities;
  private FloatBuffer hiddenAfter;
  private FloatBuffer cellAfter;

  /** Without buffers yet. */
  OnnxWorkspace(OnnxShape shape) {
    this.shape = shape;
  }

  /** The tensors for a number of windows; they stay until others have taken their place. */
  OnnxBatch batch(int count) throws OrtException {
    if (count > room) {
      grow(count);
    }
    for (int i = 0; i < batches.size(); i++) {
      if (batches.get(i).count() == count) {
        OnnxBatch known = batches.remove(i);
        batches.add(0, known);
        return known;
      }
    }
    OnnxBatch made = make(count);
    if (batches.size() == KEPT) {
      batches.remove(KEPT - 1).close();
    }
    batches.add(0, made);
    return made;
  }

  private OnnxBatch make(int count) throws OrtException {
    OnnxBatch batch = new OnnxBatch(count);
    try {
      batch.input(OnnxEngine.INPUT, windows, shape.length(), shape.channels());
      batch.output(OnnxEngine.OUTPUT, probabilities, shape.labels());
      if (shape.stateSize() > 0) {
        batch.input(OnnxEngine.HIDDEN, hidden, shape.hidden());
        batch.input(OnnxEngine.CELL, cell, shape.cell());
        batch.output(OnnxEngine.HIDDEN_OUT, hiddenAfter, shape.hidden());
        batch.output(OnnxEngine.CELL_OUT, cellAfter, shape.cell());
      }
      return batch;
    } catch (OrtException | RuntimeException e) {
      batch.close();
      throw e;
    }
  }

  /** To a power of two, so that batches that get larger one by one do not each grow it. */
  private void grow(int count) {
    close();
    room = 0;
    int most = Integer.highestOneBit(count);
    int grown = most < count ? 2 * most : count;
    windows = buffer(grown, shape.values());
    hidden = buffer(grown, shape.hidden());
    cell = buffer(grown, shape.cell());
    probabilities = buffer(grown, shape.labels());
    hiddenAfter = buffer(grown, shape.hidden());
    cellAfter = buffer(grown, shape.cell());
    room = grown;
  }

  private static FloatBuffer buffer(int count, int width) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES * width))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /**
   * Copies a call's inputs to where its tensors take them from, after {@link #batch}.
   *
   * @param source {@code [count][length][channels]}
   * @param state {@code [count][stateSize]}; null: zeros
   */
  void write(float[] source, int count, float[] state) {
    windows.put(0, source, 0, count * shape.values());
    int width = shape.hidden();
    for (int i = 0; i < count && shape.stateSize() > 0; i++) {
      if (state == null) {
        zeros(hidden, i * width, width);
        zeros(cell, i * shape.cell(), shape.cell());
      } else {
        hidden.put(i * width, state, i * shape.stateSize(), width);
        cell.put(i * shape.cell(), state, i * shape.stateSize() + width, shape.cell());
      }
    }
  }

  private static void zeros(FloatBuffer buffer, int from, int count) {
    for (int i = from; i < from + count; i++) {
      buffer.put(i, 0);
    }
  }

  /**
   * Copies a call's outputs.
   *
   * @param target receives {@code [count][labels]}
   * @param state receives {@code [count][stateSize]}; null: nobody wants it
   */
  void read(float[] target, int count, float[] state) {
    probabilities.get(0, target, 0, count * shape.labels());
    int width = shape.hidden();
    for (int i = 0; i < count && shape.stateSize() > 0 && state != null; i++) {
      hiddenAfter.get(i * width, state, i * shape.stateSize(), width);
      cellAfter.get(i * shape.cell(), state, i * shape.stateSize() + width, shape.cell());
    }
  }

  /** Frees the tensors; the buffers go when nothing refers to them. */
  @Override
  public void close() {
    batches.forEach(OnnxBatch::close);
    batches.clear();
  }
}
