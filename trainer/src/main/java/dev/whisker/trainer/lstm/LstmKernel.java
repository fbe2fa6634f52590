package dev.whisker.trainer.lstm;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Forward and backward pass of one LSTM layer over a batch of sequences, in 32-bit floats.
 *
 * <pre>
 *   forward    z  = x wᵀ            all steps at once, rows shared out to the cores
 *              zₜ += hₜ₋₁ rᵀ         step by step, each core with sequences of its own
 *              cₜ, hₜ               {@link Gates}
 *   backward   dzₜ, dhₜ₋₁ = dzₜ r    step by step, each core with sequences of its own
 *              dx = dz w            all steps at once
 *              dw = dzᵀ x, dr = dzᵀ h, db    all steps at once, gates shared out to the cores
 * </pre>
 *
 * <p>Matrices that are multiplied lie outside the heap, {@code [steps][batch][…]}, and what the
 * loops between the products read lies on it. All of it is kept from call to call and grows with
 * the largest. The results do not depend on the number of cores ({@link Cores}). Not thread-safe.
 */
final class LstmKernel {
  private final Cores cores;
  private int batch;
  private int steps;
  private int inputs;
  private int units;
  private boolean kept;
  private float[] mask;

  /** {@code [steps][batch][4 units]}: first the gates' sums z, then their errors dz. */
  private Matrix z = new Matrix(0);

  /** {@code [steps + 1][batch][units]}: the outputs, those before the first step first. */
  private Matrix h = new Matrix(0);

  /** {@code [rows]} of 1, which sum up columns. */
  private Matrix ones = new Matrix(0);

  /** {@code [steps][batch][4 units]}, see {@link Gates}; one step only if nothing is kept. */
  private float[] gates = {};

  /** {@code [steps][batch][units]}: the cells before each step. */
  private float[] cells = {};

  /** {@code [steps][batch][units]}: the tanh of the cells after each step. */
  private float[] tanhCells = {};

  /** {@code [batch][units]}: the cells after the last step. */
  private float[] lastCells = {};

  private float[] bias = {};
  private float[] scale = {};
  private Rows[] rows = {};

  LstmKernel(Cores cores) {
    this.cores = cores;
  }

  /**
   * Computes the outputs of every step.
   *
   * @param shape of what comes in
   * @param x {@code [steps][batch][inputs]}
   * @param weights of the layer
   * @param firstOutputs {@code [batch][units]}: the state before the first step
   * @param firstCells {@code [batch][units]}: the same
   * @param stepMask {@code [batch][steps]}: what outputs and cells are multiplied by; null: nothing
   * @param keep whether a backward pass will follow
   */
  void forward(
      Shape shape,
      FloatPointer x,
      Weights weights,
      float[] firstOutputs,
      float[] firstCells,
      float[] stepMask,
      boolean keep) {
    prepare(shape, stepMask, keep);
    weights.bias().get(0, bias, 0, 4 * units);
    h.buffer.put(0, firstOutputs, 0, batch * units);
    System.arraycopy(firstCells, 0, lastCells, 0, batch * units);
    int all = steps * batch;
    int parts = bulkParts(all);
    cores.run(
        parts,
        part -> {
          int from = Cores.begin(part, parts, all);
          int count = Cores.begin(part + 1, parts, all) - from;
          Blas.timesTransposed(
              count,
              4 * units,
              inputs,
              at(x, (long) from * inputs),
              weights.input(),
              0,
              z.at((long) from * 4 * units));
        });
    cores.run(rows.length, part -> forward(rows[part], weights.recurrent()));
  }

  private void forward(Rows part, FloatPointer recurrent) {
    int values = part.count * units;
    System.arraycopy(lastCells, part.from * units, part.cells, 0, values);
    for (int t = 0; t < steps; t++) {
      int row = t * batch + part.from;
      int kept = this.kept ? row : part.from;
      Blas.timesTransposed(
          part.count,
          4 * units,
          units,
          part.h.position((long) row * units),
          recurrent,
          1,
          part.z.position((long) row * 4 * units));
      z.buffer.get(row * 4 * units, part.sums, 0, 4 * values);
      for (int r = 0; r < part.count; r++) {
        int at = 4 * r * units;
        Tanh.ofScaled(part.sums, at, bias, scale, gates, 4 * kept * units + at, 4 * units);
      }
      if (this.kept) {
        System.arraycopy(part.cells, 0, cells, row * units, values);
      }
      Gates.cell(gates, 4 * kept * units, part.cells, part.count, units);
      Tanh.of(part.cells, tanhCells, kept * units, values);
      Gates.output(
          gates, 4 * kept * units, tanhCells, kept * units, part.outputs, part.count, units);
      if (mask != null) {
        Gates.mask(part.outputs, mask, part.from * steps + t, steps, part.count, units);
        Gates.mask(part.cells, mask, part.from * steps + t, steps, part.count, units);
      }
      h.buffer.put((row + batch) * units, part.outputs, 0, values);
    }
    System.arraycopy(part.cells, 0, lastCells, part.from * units, values);
  }

  /** Copies the outputs, {@code [steps][batch][units]}. */
  void outputs(FloatPointer target) {
    int count = steps * batch * units;
    Pointer.memcpy(target, h.at((long) batch * units), (long) count * Float.BYTES);
  }

  /** The outputs of the last step, {@code [batch][units]}. */
  float[] lastOutputs() {
    float[] last = new float[batch * units];
    h.buffer.get(steps * batch * units, last, 0, last.length);
    return last;
  }

  /** The cells after the last step, {@code [batch][units]}. */
  float[] lastCells() {
    return Arrays.copyOf(lastCells, batch * units);
  }

  /** Whether the state before the first step was this one. */
  boolean beganWith(float[] firstOutputs, float[] firstCells) {
    float[] outputs = new float[batch * units];
    h.buffer.get(0, outputs, 0, outputs.length);
    return Arrays.equals(outputs, firstOutputs)
        && Arrays.equals(cells, 0, batch * units, firstCells, 0, firstCells.length);
  }

  /**
   * Computes the errors of what the latest forward pass took, which must have kept what it takes.
   *
   * @param x as in the forward pass
   * @param weights as in the forward pass
   * @param errors {@code [steps][batch][units]}: of the outputs
   * @param firstStep errors go back to this step and not further
   * @param gradients receives the weights' errors
   * @param dx receives {@code [steps][batch][inputs]}, untouched before the first step
   */
  void backward(
      FloatPointer x,
      Weights weights,
      FloatBuffer errors,
      int firstStep,
      Weights gradients,
      FloatPointer dx) {
    if (!kept) {
      throw new IllegalStateException("The forward pass has kept nothing for a backward pass");
    }
    cores.run(rows.length, part -> backward(rows[part], weights.recurrent(), errors, firstStep));
    int skipped = firstStep * batch;
    int all = (steps - firstStep) * batch;
    int rowParts = bulkParts(all);
    cores.run(
        rowParts,
        part -> {
          int from = Cores.begin(part, rowParts, all);
          int count = Cores.begin(part + 1, rowParts, all) - from;
          Blas.times(
              count,
              inputs,
              4 * units,
              z.at((long) (skipped + from) * 4 * units),
              weights.input(),
              at(dx, (long) (skipped + from) * inputs));
        });
    int gateParts = bulkParts(4 * units);
    cores.run(
        gateParts,
        part -> {
          int from = Cores.begin(part, gateParts, 4 * units);
          int count = Cores.begin(part + 1, gateParts, 4 * units) - from;
          FloatPointer dz = z.at((long) skipped * 4 * units + from);
          Blas.transposedTimes(
              count,
              inputs,
              all,
              dz,
              4 * units,
              at(x, (long) skipped * inputs),
              0,
              at(gradients.input(), (long) from * inputs));
          Blas.transposedTimes(
              count,
              units,
              all,
              dz,
              4 * units,
              h.at((long) skipped * units),
              0,
              at(gradients.recurrent(), (long) from * units));
          Blas.transposedTimesVector(
              count, all, dz, 4 * units, ones.pointer, at(gradients.biasPointer(), from));
        });
  }

  private void backward(Rows part, FloatPointer recurrent, FloatBuffer errors, int firstStep) {
    int values = part.count * units;
    Arrays.fill(part.cells, 0, values, 0);
    for (int t = steps - 1; t >= firstStep; t--) {
      int row = t * batch + part.from;
      errors.get(row * units, part.outputs, 0, values);
      if (t < steps - 1) {
        Blas.times(
            part.count,
            units,
            4 * units,
            part.z.position((long) (row + batch) * 4 * units),
            recurrent,
            part.dh.pointer);
        part.dh.buffer.get(0, part.sums, 0, values);
        Gates.add(part.outputs, part.sums, values);
      }
      float[] tanhC = tanhCells;
      int tanhCFrom = row * units;
      Gates.outputError(
          gates, 4 * row * units, tanhC, tanhCFrom, part.outputs, part.sums, part.count, units);
      if (mask != null) {
        // The derivative is taken where the mask has left the cell, as deeplearning4j does.
        cellsAfter(t, part);
        tanhC = part.masked;
        tanhCFrom = 0;
      }
      Gates.cellError(
          gates, 4 * row * units, tanhC, tanhCFrom, part.outputs, part.cells, part.count, units);
      Gates.blockInputError(gates, 4 * row * units, part.cells, part.sums, part.count, units);
      Gates.forgetError(
          gates, 4 * row * units, cells, row * units, part.cells, part.sums, part.count, units);
      Gates.inputError(gates, 4 * row * units, part.cells, part.sums, part.count, units);
      Gates.earlier(gates, 4 * row * units, part.cells, part.count, units);
      z.buffer.put(row * 4 * units, part.sums, 0, 4 * values);
    }
  }

  /** The tanh of the masked cells after a step. */
  private void cellsAfter(int t, Rows part) {
    int values = part.count * units;
    float[] from = t == steps - 1 ? lastCells : cells;
    int at = t == steps - 1 ? part.from * units : ((t + 1) * batch + part.from) * units;
    System.arraycopy(from, at, part.before, 0, values);
    Tanh.of(part.before, part.masked, 0, values);
  }

  /** How much memory is kept, in bytes. */
  long bytes() {
    long floats = (long) z.length + h.length + ones.length;
    floats += gates.length + cells.length + tanhCells.length + lastCells.length;
    return floats * Float.BYTES;
  }

  private void prepare(Shape shape, float[] stepMask, boolean keep) {
    boolean sameRows = batch == shape.batch() && units == shape.units();
    batch = shape.batch();
    steps = shape.steps();
    inputs = shape.inputs();
    units = shape.units();
    mask = stepMask;
    kept = keep;
    int states = Math.multiplyExact(batch, units);
    int largest = Math.multiplyExact(steps + 1, Math.multiplyExact(4, states));
    int kept = keep ? steps : 1;
    gates = atLeast(gates, kept * 4 * states);
    tanhCells = atLeast(tanhCells, kept * states);
    cells = atLeast(cells, keep ? kept * states : 0);
    lastCells = atLeast(lastCells, states);
    Matrix oldZ = z;
    Matrix oldH = h;
    z = z.atLeast(largest - 4 * states);
    h = h.atLeast((steps + 1) * states);
    if (ones.length < steps * batch) {
      ones = new Matrix(steps * batch);
      for (int i = 0; i < steps * batch; i++) {
        ones.buffer.put(i, 1);
      }
    }
    if (!sameRows) {
      bias = new float[4 * units];
      scale = new float[4 * units];
      Arrays.fill(scale, 0, units, 1f);
      Arrays.fill(scale, units, 4 * units, 0.5f);
    }
    if (!sameRows || z != oldZ || h != oldH) {
      int parts = sequenceParts(batch);
      rows = new Rows[parts];
      for (int i = 0; i < parts; i++) {
        int from = Cores.begin(i, parts, batch);
        rows[i] = new Rows(from, Cores.begin(i + 1, parts, batch) - from, units, z, h);
      }
    }
  }

  /** Sequences that are computed together: fewer make their products slow. */
  private static int sequenceParts(int batch) {
    return batch < 8 ? 1 : Math.max(2, batch / 32);
  }

  /** Rows of large products, and gates of their results. */
  private static int bulkParts(int rows) {
    return Math.max(1, Math.min(8, rows / 64));
  }

  private static float[] atLeast(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }

  /** A view that stands at one of a pointer's elements. */
  private static FloatPointer at(FloatPointer pointer, long element) {
    return pointer.getPointer(element);
  }

  /**
   * What goes through a layer.
   *
   * @param batch sequences
   * @param steps of each
   * @param inputs values a step
   * @param units of the layer
   */
  record Shape(int batch, int steps, int inputs, int units) {}

  /**
   * A layer's weights, or their gradients, as deeplearning4j keeps them (which is column-major):
   * gates in the order of {@link Gates}.
   *
   * @param input {@code [4 units][inputs]}
   * @param recurrent {@code [4 units][units]}
   * @param biasPointer {@code [4 units]}
   */
  record Weights(FloatPointer input, FloatPointer recurrent, FloatPointer biasPointer) {
    FloatBuffer bias() {
      return biasPointer.asBuffer();
    }
  }

  /** Floats outside the heap, freed with this object. */
  private static final class Matrix {
    final FloatPointer pointer;
    final FloatBuffer buffer;
    final int length;

    Matrix(int length) {
      this.length = length;
      this.pointer = new FloatPointer(Math.max(1, length));
      this.buffer = pointer.asBuffer();
    }

    Matrix atLeast(int wanted) {
      if (length >= wanted) {
        return this;
      }
      pointer.deallocate();
      return new Matrix(wanted);
    }

    FloatPointer at(long element) {
      return LstmKernel.at(pointer, element);
    }
  }

  /** Consecutive sequences of the batch, computed by one core, and room for one of their steps. */
  private static final class Rows {
    final int from;
    final int count;
    final FloatPointer z;
    final FloatPointer h;
    final Matrix dh;
    final float[] sums;
    final float[] cells;
    final float[] outputs;
    final float[] before;
    final float[] masked;

    Rows(int from, int count, int units, Matrix z, Matrix h) {
      this.from = from;
      this.count = count;
      this.z = new FloatPointer(z.pointer);
      this.h = new FloatPointer(h.pointer);
      this.dh = new Matrix(count * units);
      this.sums = new float[4 * count * units];
      this.cells = new float[count * units];
      this.outputs = new float[count * units];
      this.before = new float[count * units];
      this.masked = new float[count * units];
    }
  }
}
