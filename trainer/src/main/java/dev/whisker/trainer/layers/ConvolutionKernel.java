package dev.whisker.trainer.layers;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A convolution over the steps of sequences, in 32-bit floats, as products of matrices.
 *
 * <pre>
 *   y[t] = Σ over taps k of x[t + k - before] w[k] + b       x is 0 before and behind its steps
 *
 *   patches    row t: x[t - before] … x[t - before + taps - 1], 1
 *   forward    y  = patches (w over b)
 *   backward   dw over db = patchesᵀ dy
 *              dx = the convolution of dy with w, its taps in reverse and each transposed
 * </pre>
 *
 * <p>Patches are made for some sequences at a time, so that they stay in a core's cache (K.
 * Chellapilla, S. Puri and P. Simard, "High Performance Convolutional Neural Networks for Document
 * Processing", 2006). The results do not depend on the number of cores ({@link Cores}). Not
 * thread-safe.
 */
final class ConvolutionKernel {
  private static final int ROWS_AT_ONCE = 256;

  private final Cores cores;
  private Part[] parts = {};
  private Matrix weights = new Matrix(0);
  private float[] weightsOnHeap = {};

  ConvolutionKernel(Cores cores) {
    this.cores = cores;
  }

  /**
   * Convolves.
   *
   * @param x {@code [batch][steps][channels]}
   * @param w {@code [outputs][channels][taps]}
   * @param b {@code [outputs]}; null: 0
   * @param y receives {@code [batch][outputSteps][outputs]}
   */
  void forward(Shape shape, FloatPointer x, float[] w, float[] b, FloatPointer y) {
    int row = shape.outputs();
    float[] rows = weightsOnHeap(shape);
    for (int o = 0; o < shape.outputs(); o++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int k = 0; k < shape.taps(); k++) {
          rows[(k * shape.channels() + c) * row + o] =
              w[(o * shape.channels() + c) * shape.taps() + k];
        }
      }
      rows[shape.taps() * shape.channels() * row + o] = b == null ? 0 : b[o];
    }
    convolve(shape, x.asBuffer(), rows, y);
  }

  /**
   * The errors of a convolution's inputs.
   *
   * @param dy {@code [batch][outputSteps][outputs]}: of its outputs
   * @param w {@code [outputs][channels][taps]}
   * @param dx receives {@code [batch][steps][channels]}
   */
  void inputErrors(Shape shape, FloatPointer dy, float[] w, FloatPointer dx) {
    Shape reverse = shape.reverse();
    int row = shape.channels();
    float[] rows = weightsOnHeap(reverse);
    for (int o = 0; o < shape.outputs(); o++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int k = 0; k < shape.taps(); k++) {
          rows[((shape.taps() - 1 - k) * shape.outputs() + o) * row + c] =
              w[(o * shape.channels() + c) * shape.taps() + k];
        }
      }
    }
    Arrays.fill(rows, shape.taps() * shape.outputs() * row, reverse.weights(), 0);
    convolve(reverse, dy.asBuffer(), rows, dx);
  }

  /**
   * The errors of a convolution's weights.
   *
   * @param x {@code [batch][steps][channels]}
   * @param dy {@code [batch][outputSteps][outputs]}: the errors of its outputs
   * @param dw receives {@code [outputs][channels][taps]}
   * @param db receives {@code [outputs]}; null: nobody wants to know
   */
  void weightErrors(Shape shape, FloatPointer x, FloatPointer dy, float[] dw, float[] db) {
    FloatBuffer in = x.asBuffer();
    int cuts = prepare(shape, true);
    cores.run(
        cuts,
        cut -> {
          Part part = parts[cut];
          int last = Cores.begin(cut + 1, cuts, shape.batch());
          int first = Cores.begin(cut, cuts, shape.batch());
          for (int from = first; from < last; from += shape.group()) {
            int count = Math.min(shape.group(), last - from);
            part.patches(shape, in, from, count);
            Blas.transposedTimes(
                shape.patch(),
                shape.outputs(),
                count * shape.outputSteps(),
                part.patches.pointer,
                dy.getPointer((long) from * shape.outputSteps() * shape.outputs()),
                from == first ? 0 : 1,
                part.errors.pointer);
          }
        });
    float[] sum = weightsOnHeap(shape);
    float[] some = new float[shape.weights()];
    parts[0].errors.buffer.get(0, sum, 0, some.length);
    for (int cut = 1; cut < cuts; cut++) {
      parts[cut].errors.buffer.get(0, some, 0, some.length);
      Elements.add(sum, some, some.length);
    }
    for (int o = 0; o < shape.outputs(); o++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int k = 0; k < shape.taps(); k++) {
          dw[(o * shape.channels() + c) * shape.taps() + k] =
              sum[(k * shape.channels() + c) * shape.outputs() + o];
        }
      }
    }
    if (db != null) {
      System.arraycopy(sum, (shape.patch() - 1) * shape.outputs(), db, 0, shape.outputs());
    }
  }

  private void convolve(Shape shape, FloatBuffer x, float[] rows, FloatPointer y) {
    weights = weights.atLeast(shape.weights());
    weights.buffer.put(0, rows, 0, shape.weights());
    int cuts = prepare(shape, false);
    cores.run(
        cuts,
        cut -> {
          Part part = parts[cut];
          int last = Cores.begin(cut + 1, cuts, shape.batch());
          for (int from = Cores.begin(cut, cuts, shape.batch());
              from < last;
              from += shape.group()) {
            int count = Math.min(shape.group(), last - from);
            part.patches(shape, x, from, count);
            Blas.times(
                count * shape.outputSteps(),
                shape.outputs(),
                shape.patch(),
                part.patches.pointer,
                weights.pointer,
                y.getPointer((long) from * shape.outputSteps() * shape.outputs()));
          }
        });
  }

  private float[] weightsOnHeap(Shape shape) {
    if (weightsOnHeap.length < shape.weights()) {
      weightsOnHeap = new float[shape.weights()];
    }
    return weightsOnHeap;
  }

  private int prepare(Shape shape, boolean withErrors) {
    int cuts = Math.max(1, Math.min(Cores.MOST_PARTS, shape.batch() / 4));
    if (parts.length < cuts) {
      int made = parts.length;
      parts = Arrays.copyOf(parts, cuts);
      for (int i = made; i < cuts; i++) {
        parts[i] = new Part();
      }
    }
    for (int i = 0; i < cuts; i++) {
      parts[i].makeRoom(shape, withErrors);
    }
    return cuts;
  }

  /**
   * What goes through a layer.
   *
   * @param batch sequences
   * @param steps of each
   * @param channels of each step
   * @param outputs channels of each step of the result
   * @param taps steps that each step of the result is made of
   * @param before how many of them lie before it
   * @param outputSteps steps of the result
   */
  record Shape(
      int batch, int steps, int channels, int outputs, int taps, int before, int outputSteps) {
    /** Of the convolution that takes the errors of the outputs back to the inputs. */
    Shape reverse() {
      return new Shape(batch, outputSteps, outputs, channels, taps, taps - 1 - before, steps);
    }

    /** Values of a patch, with the 1. */
    int patch() {
      return taps * channels + 1;
    }

    int weights() {
      return Math.multiplyExact(patch(), outputs);
    }

    /** Sequences whose patches are made at a time. */
    int group() {
      return Math.max(1, ROWS_AT_ONCE / outputSteps);
    }
  }

  /** What one core works with. */
  private static final class Part {
    Matrix patches = new Matrix(0);
    Matrix errors = new Matrix(0);
    private float[] padded = {};
    private float[] rows = {};

    void makeRoom(Shape shape, boolean withErrors) {
      int room =
          Math.multiplyExact(Math.multiplyExact(shape.group(), shape.outputSteps()), shape.patch());
      patches = patches.atLeast(room);
      if (rows.length < room) {
        rows = new float[room];
      }
      if (withErrors) {
        errors = errors.atLeast(shape.weights());
      }
      int needed = (shape.outputSteps() + shape.taps() - 1) * shape.channels();
      if (padded.length != needed) {
        padded = new float[needed];
      }
    }

    void patches(Shape shape, FloatBuffer x, int from, int count) {
      int channels = shape.channels();
      int length = shape.taps() * channels;
      int values = shape.steps() * channels;
      int front = shape.before() * channels;
      int used = Math.min(values, padded.length - front);
      Arrays.fill(padded, 0, front, 0);
      Arrays.fill(padded, front + used, padded.length, 0);
      int to = 0;
      for (int n = from; n < from + count; n++) {
        x.get(n * values, padded, front, used);
        for (int t = 0; t < shape.outputSteps(); t++) {
          System.arraycopy(padded, t * channels, rows, to, length);
          rows[to + length] = 1;
          to += shape.patch();
        }
      }
      patches.buffer.put(0, rows, 0, to);
    }
  }
}
