package dev.whisker.trainer.layers;

import java.util.Arrays;

/** Sequences of an LSTM layer; see {@link Gates} for what is computed. */
final class LstmPart extends RecurrentPart {
  /** Sums a unit. */
  static final int GATES = 4;

  /** The gates in the order of deeplearning4j's columns. */
  private static final int BLOCK_INPUT = 0;

  private static final int FORGET = 1;
  private static final int OUTPUT = 2;
  private static final int INPUT = 3;

  /** The cells, and their errors on the way back. */
  private final float[] cells;

  private final float[] lastCells;
  private final float[] masked;
  private Step[] kept = {};

  LstmPart(Place place) {
    super(place);
    this.cells = new float[values];
    this.lastCells = new float[values];
    this.masked = new float[values];
  }

  @Override
  void makeRoom(int steps) {
    int made = kept.length;
    if (made < steps) {
      kept = Arrays.copyOf(kept, steps);
      for (int t = made; t < steps; t++) {
        kept[t] = new Step(values);
      }
    }
  }

  @Override
  long kept() {
    return (long) kept.length * (GATES + 2) * values;
  }

  @Override
  void begin(float[] firstCells) {
    System.arraycopy(firstCells, from * units, cells, 0, values);
  }

  @Override
  void step(int slot, float[] mask, int t, int steps) {
    Step step = kept[slot];
    takeApart(step.gates);
    Tanh.ofScaled(step.blockInput(), bias[BLOCK_INPUT], 1, values);
    Tanh.ofScaled(step.forget(), bias[FORGET], 0.5f, values);
    Tanh.ofScaled(step.output(), bias[OUTPUT], 0.5f, values);
    Tanh.ofScaled(step.input(), bias[INPUT], 0.5f, values);
    System.arraycopy(cells, 0, step.before, 0, values);
    Gates.cell(step.blockInput(), step.forget(), step.input(), cells, values);
    Tanh.of(cells, step.tanhCells, values);
    Gates.output(step.output(), step.tanhCells, outputs, values);
    if (mask != null) {
      mask(outputs, mask, t, steps);
      mask(cells, mask, t, steps);
    }
    if (t == steps - 1) {
      System.arraycopy(cells, 0, lastCells, 0, values);
    }
  }

  @Override
  void beginBackward() {
    Arrays.fill(cells, 0, values, 0);
  }

  @Override
  void stepBack(int t, float[] mask, int steps) {
    Step step = kept[t];
    float[] dc = cells;
    float[] dh = outputs;
    Gates.gateError(step.output(), step.tanhCells, dh, errors[OUTPUT], values);
    float[] tanhC = step.tanhCells;
    if (mask != null) {
      // The derivative is taken where the mask has left the cell, as deeplearning4j does.
      tanhC = masked;
      Tanh.of(t == steps - 1 ? lastCells : kept[t + 1].before, tanhC, values);
    }
    Gates.cellError(step.output(), tanhC, dh, dc, values);
    Gates.blockInputError(step.blockInput(), step.input(), dc, errors[BLOCK_INPUT], values);
    Gates.gateError(step.forget(), step.before, dc, errors[FORGET], values);
    Gates.gateError(step.input(), step.blockInput(), dc, errors[INPUT], values);
    Gates.earlier(step.forget(), dc, values);
    for (float[] error : mask == null ? new float[0][] : errors) {
      mask(error, mask, t, steps);
    }
  }

  /** Copies the cells after the last step to their place in the batch's. */
  void copyLastCells(float[] batch) {
    System.arraycopy(lastCells, 0, batch, from * units, values);
  }

  /** Whether the cells before the first step were these of the batch. */
  boolean beganWith(float[] firstCells) {
    int at = from * units;
    return Arrays.equals(kept[0].before, 0, values, firstCells, at, at + values);
  }

  /** What the backward pass needs of one step; every array {@code [values]}. */
  private static final class Step {
    final float[][] gates;
    final float[] before;
    final float[] tanhCells;

    Step(int values) {
      gates = new float[GATES][values];
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
}
