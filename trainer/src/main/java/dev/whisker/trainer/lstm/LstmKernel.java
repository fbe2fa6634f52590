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
 *              dw = dzᵀ x, dr = dzᵀ h, db    all steps at once, in sums over some of the rows
 * </pre>
 *
 * <p>Matrices that are multiplied lie outside the heap, {@code [steps][batch][…]}, and what the
 * loops between the products read lies on it. All of it is kept from call to call and grows with
 * the largest. The results do not depend on the number of cores ({@link Cores}). Not thread-safe.
 */
final class LstmKernel {
  /** The gates in the order of deeplearning4j's columns. */
  private static final int BLOCK_INPUT = 0;

  private static final int FORGET = 1;
  private static final int OUTPUT = 2;
  private static final int INPUT = 3;

  private static final int MOST_CUTS = 8;

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

  /** {@code [chunks][4 units][inputs or units]}: sums of weights' errors over some of the rows. */
  private Matrix partial = new Matrix(0);

  private Part[] parts = {};

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
    float[] bias = new float[4 * units];
    weights.bias().get(0, bias, 0, 4 * units);
    h.buffer.put(0, firstOutputs, 0, batch * units);
    int all = steps * batch;
    int cuts = bulkParts(all);
    cores.run(
        cuts,
        cut -> {
          int from = Cores.begin(cut, cuts, all);
          int count = Cores.begin(cut + 1, cuts, all) - from;
          Blas.timesTransposed(
              count,
              4 * units,
              inputs,
              at(x, (long) from * inputs),
              weights.input(),
              0,
              z.at((long) from * 4 * units));
        });
    cores.run(
        parts.length,
        part -> {
          parts[part].begin(firstCells, bias);
          forward(parts[part], weights.recurrent());
        });
  }

  private void forward(Part part, FloatPointer recurrent) {
    int values = part.values;
    for (int t = 0; t < steps; t++) {
      int row = t * batch + part.from;
      Step step = part.steps[kept ? t : 0];
      Blas.timesTransposed(
          part.count,
          4 * units,
          units,
          part.h.position((long) row * units),
          recurrent,
          1,
          part.z.position((long) row * 4 * units));
      z.buffer.get(row * 4 * units, part.sums, 0, 4 * values);
      part.takeApart(step.gates);
      Tanh.ofScaled(step.blockInput(), part.bias[BLOCK_INPUT], 1, values);
      Tanh.ofScaled(step.forget(), part.bias[FORGET], 0.5f, values);
      Tanh.ofScaled(step.output(), part.bias[OUTPUT], 0.5f, values);
      Tanh.ofScaled(step.input(), part.bias[INPUT], 0.5f, values);
      System.arraycopy(part.cells, 0, step.before, 0, values);
      Gates.cell(step.blockInput(), step.forget(), step.input(), part.cells, values);
      Tanh.of(part.cells, step.tanhCells, values);
      Gates.output(step.output(), step.tanhCells, part.outputs, values);
      if (mask != null) {
        part.mask(part.outputs, mask, t, steps);
        part.mask(part.cells, mask, t, steps);
      }
      h.buffer.put((row + batch) * units, part.outputs, 0, values);
    }
    System.arraycopy(part.cells, 0, part.lastCells, 0, values);
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
    float[] last = new float[batch * units];
    for (Part part : parts) {
      System.arraycopy(part.lastCells, 0, last, part.from * units, part.values);
    }
    return last;
  }

  /** Whether the state before the first step was this one. */
  boolean beganWith(float[] firstOutputs, float[] firstCells) {
    float[] outputs = new float[batch * units];
    h.buffer.get(0, outputs, 0, outputs.length);
    boolean same = Arrays.equals(outputs, firstOutputs);
    for (Part part : parts) {
      int from = part.from * units;
      same &=
          Arrays.equals(part.steps[0].before, 0, part.values, firstCells, from, from + part.values);
    }
    return same;
  }

  /**
   * Computes the errors of what the latest forward pass took, which must have kept what it takes.
   *
   * @param x as in the forward pass
   * @param weights as in the forward pass
   * @param errors {@code [steps][batch][units]}: of the outputs
   * @param firstStep errors go back to this step and not further
   * @param gradients receives the weights' errors
   * @param dx receives {@code [steps][batch][inputs]}, untouched before the first step; null:
   *     nobody wants to know
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
    cores.run(parts.length, part -> backward(parts[part], weights.recurrent(), errors, firstStep));
    int skipped = firstStep * batch;
    int all = (steps - firstStep) * batch;
    int cuts = bulkParts(all);
    int inputErrors = 4 * units * inputs;
    int recurrentErrors = 4 * units * units;
    partial = partial.atLeast(Math.multiplyExact(cuts, inputErrors + recurrentErrors + 4 * units));
    cores.run(
        cuts,
        cut -> {
          int begin = Cores.begin(cut, cuts, all);
          int count = Cores.begin(cut + 1, cuts, all) - begin;
          long from = (long) skipped + begin;
          FloatPointer dz = z.at(from * 4 * units);
          if (dx != null) {
            Blas.times(count, inputs, 4 * units, dz, weights.input(), at(dx, from * inputs));
          }
          FloatPointer dw = partial.at((long) cut * inputErrors);
          Blas.transposedTimes(4 * units, inputs, count, dz, at(x, from * inputs), dw);
          FloatPointer dr = partial.at((long) cuts * inputErrors + (long) cut * recurrentErrors);
          Blas.transposedTimes(4 * units, units, count, dz, h.at(from * units), dr);
          FloatPointer db =
              partial.at((long) cuts * (inputErrors + recurrentErrors) + (long) cut * 4 * units);
          Blas.transposedTimesVector(4 * units, count, dz, ones.pointer, db);
        });
    sum(cuts, inputErrors, partial.pointer, gradients.input());
    sum(cuts, recurrentErrors, partial.at((long) cuts * inputErrors), gradients.recurrent());
    sum(
        cuts,
        4 * units,
        partial.at((long) cuts * (inputErrors + recurrentErrors)),
        gradients.biasPointer());
  }

  /** The sum of some rows. */
  private void sum(int count, int length, FloatPointer rows, FloatPointer sum) {
    Blas.transposedTimesVector(length, count, rows, ones.pointer, sum);
  }

  private void backward(Part part, FloatPointer recurrent, FloatBuffer errors, int firstStep) {
    int values = part.values;
    float[] dc = part.cells;
    float[] dh = part.outputs;
    Arrays.fill(dc, 0, values, 0);
    for (int t = steps - 1; t >= firstStep; t--) {
      int row = t * batch + part.from;
      Step step = part.steps[t];
      errors.get(row * units, dh, 0, values);
      if (t < steps - 1) {
        Blas.times(
            part.count,
            units,
            4 * units,
            part.z.position((long) (row + batch) * 4 * units),
            recurrent,
            part.dh.pointer);
        part.dh.buffer.get(0, part.sums, 0, values);
        Gates.add(dh, part.sums, values);
      }
      Gates.gateError(step.output(), step.tanhCells, dh, part.errors[OUTPUT], values);
      float[] tanhC = step.tanhCells;
      if (mask != null) {
        // The derivative is taken where the mask has left the cell, as deeplearning4j does.
        tanhC = part.masked;
        Tanh.of(t == steps - 1 ? part.lastCells : part.steps[t + 1].before, tanhC, values);
      }
      Gates.cellError(step.output(), tanhC, dh, dc, values);
      Gates.blockInputError(step.blockInput(), step.input(), dc, part.errors[BLOCK_INPUT], values);
      Gates.gateError(step.forget(), step.before, dc, part.errors[FORGET], values);
      Gates.gateError(step.input(), step.blockInput(), dc, part.errors[INPUT], values);
      Gates.earlier(step.forget(), dc, values);
      part.putTogether(part.errors);
      z.buffer.put(row * 4 * units, part.sums, 0, 4 * values);
    }
  }

  /** How much memory is kept, in bytes. */
  long bytes() {
    long floats = (long) z.length + h.length + ones.length + partial.length;
    for (Part part : parts) {
      floats += (long) part.steps.length * 6 * part.values;
    }
    return floats * Float.BYTES;
  }

  private void prepare(Shape shape, float[] stepMask, boolean keep) {
    boolean sameParts = batch == shape.batch() && units == shape.units();
    batch = shape.batch();
    steps = shape.steps();
    inputs = shape.inputs();
    units = shape.units();
    mask = stepMask;
    kept = keep;
    int states = Math.multiplyExact(batch, units);
    int gates = Math.multiplyExact(Math.multiplyExact(steps, 4), states);
    Matrix oldZ = z;
    Matrix oldH = h;
    z = z.atLeast(gates);
    h = h.atLeast((steps + 1) * states);
    int rows = Math.max(steps * batch, MOST_CUTS);
    if (ones.length < rows) {
      ones = ones.atLeast(rows);
      float[] values = new float[rows];
      Arrays.fill(values, 1);
      ones.buffer.put(0, values);
    }
    if (!sameParts || z != oldZ || h != oldH) {
      int count = sequenceParts(batch);
      parts = new Part[count];
      for (int i = 0; i < count; i++) {
        int from = Cores.begin(i, count, batch);
        parts[i] = new Part(from, Cores.begin(i + 1, count, batch) - from, units, z, h);
      }
    }
    for (Part part : parts) {
      part.makeRoom(keep ? steps : 1);
    }
  }

  /** Sequences that are computed together: fewer make their products slow. */
  private static int sequenceParts(int batch) {
    return batch < 8 ? 1 : Math.max(2, batch / 32);
  }

  /** Rows of a large product that are computed together. */
  private static int bulkParts(int rows) {
    return Math.max(1, Math.min(MOST_CUTS, rows / 256));
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
   * gates in the order block input, forget, output, input.
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

  /** What the backward pass needs of one step of some sequences; every array {@code [values]}. */
  private static final class Step {
    final float[][] gates;
    final float[] before;
    final float[] tanhCells;

    Step(int values) {
      gates = new float[4][values];
      before = new float[values];
      tanhCells = new float[values];
    }

    float[] blockInput() {
      return gates[BLOCK_INPUT];
    }

    float[] forget() {
      return gates[FORGET];
    }

    float[] output() {
      return gates[OUTPUT];
    }

    float[] input() {
      return gates[INPUT];
    }
  }

  /** Consecutive sequences of the batch, computed by one core; {@code values = count × units}. */
  private static final class Part {
    final int from;
    final int count;
    final int units;
    final int values;
    final FloatPointer z;
    final FloatPointer h;
    final Matrix dh;
    final float[] sums;
    final float[] cells;
    final float[] lastCells;
    final float[] outputs;
    final float[] masked;
    final float[][] bias;
    final float[][] errors;
    Step[] steps = {};

    Part(int from, int count, int units, Matrix z, Matrix h) {
      this.from = from;
      this.count = count;
      this.units = units;
      this.values = count * units;
      this.z = new FloatPointer(z.pointer);
      this.h = new FloatPointer(h.pointer);
      this.dh = new Matrix(values);
      this.sums = new float[4 * values];
      this.cells = new float[values];
      this.lastCells = new float[values];
      this.outputs = new float[values];
      this.masked = new float[values];
      this.bias = new float[4][values];
      this.errors = new float[4][values];
    }

    void makeRoom(int wanted) {
      int made = steps.length;
      if (made < wanted) {
        steps = Arrays.copyOf(steps, wanted);
        for (int t = made; t < wanted; t++) {
          steps[t] = new Step(values);
        }
      }
    }

    /** Sets the state before the first step, and each gate's bias once a sequence. */
    void begin(float[] firstCells, float[] layerBias) {
      System.arraycopy(firstCells, from * units, cells, 0, values);
      for (int gate = 0; gate < bias.length; gate++) {
        for (int r = 0; r < count; r++) {
          System.arraycopy(layerBias, gate * units, bias[gate], r * units, units);
        }
      }
    }

    /** Sums {@code [count][4][units]} into one array a gate. */
    void takeApart(float[][] gates) {
      for (int r = 0; r < count; r++) {
        for (int gate = 0; gate < gates.length; gate++) {
          System.arraycopy(sums, (4 * r + gate) * units, gates[gate], r * units, units);
        }
      }
    }

    /** The other way round. */
    void putTogether(float[][] gates) {
      for (int r = 0; r < count; r++) {
        for (int gate = 0; gate < gates.length; gate++) {
          System.arraycopy(gates[gate], r * units, sums, (4 * r + gate) * units, units);
        }
      }
    }

    /** Multiplies every sequence by its mask in a step. */
    void mask(float[] state, float[] mask, int step, int stepsInAll) {
      for (int r = 0; r < count; r++) {
        float factor = mask[(from + r) * stepsInAll + step];
        for (int i = r * units; factor != 1 && i < (r + 1) * units; i++) {
          state[i] *= factor;
        }
      }
    }
  }
}
