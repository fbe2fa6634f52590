package dev.whisker.trainer.layers;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Consecutive sequences of a batch, computed by one core: what a kind of recurrent layer does
 * between the products. {@code values = count × units}; not thread-safe.
 */
abstract class RecurrentPart {
  final int from;
  final int count;
  final int units;
  final int values;

  /** {@code [count][gates][units]}: a step's sums, and its errors on the way back. */
  final float[] sums;

  /** {@code [values]}: a step's outputs, and their errors on the way back. */
  final float[] outputs;

  /** {@code [gates][values]}: the bias of every sum. */
  final float[][] bias;

  /** {@code [gates][values]}: the errors of a step's sums. */
  final float[][] errors;

  /** Views of the kernel's matrices, which are moved from step to step. */
  final FloatPointer z;

  final FloatPointer h;

  /** {@code [values]}: what a step's errors make of the outputs before it. */
  final Matrix dh;

  RecurrentPart(Place place) {
    this.from = place.from();
    this.count = place.count();
    this.units = place.units();
    this.values = count * units;
    this.z = new FloatPointer(place.z().pointer);
    this.h = new FloatPointer(place.h().pointer);
    this.dh = new Matrix(values);
    this.sums = new float[place.gates() * values];
    this.outputs = new float[values];
    this.bias = new float[place.gates()][values];
    this.errors = new float[place.gates()][values];
  }

  /** Makes room for what the backward pass needs of so many steps. */
  abstract void makeRoom(int steps);

  /** Floats that are kept for the backward pass. */
  abstract long kept();

  /** Begins a forward pass; {@code firstCells} are the whole batch's, null: there are none. */
  abstract void begin(float[] firstCells);

  /** Makes {@link #outputs} of {@link #sums}; {@code slot} is the place to keep the step at. */
  abstract void step(int slot, float[] mask, int t, int steps);

  /** Begins a backward pass. */
  abstract void beginBackward();

  /** Makes errors of sums, {@link #errors}, of the outputs' errors, {@link #outputs}. */
  abstract void stepBack(int t, float[] mask, int steps);

  /** Sets each gate's bias once a sequence. */
  final void setBias(float[] layerBias) {
    for (int gate = 0; gate < bias.length; gate++) {
      for (int r = 0; r < count; r++) {
        System.arraycopy(layerBias, gate * units, bias[gate], r * units, units);
      }
    }
  }

  /** Sums {@code [count][gates][units]} into one array a gate. */
  final void takeApart(float[][] gates) {
    for (int r = 0; r < count; r++) {
      for (int gate = 0; gate < gates.length; gate++) {
        System.arraycopy(sums, (gates.length * r + gate) * units, gates[gate], r * units, units);
      }
    }
  }

  /** The errors, one array a gate, into {@link #sums}. */
  final void putTogether() {
    for (int r = 0; r < count; r++) {
      for (int gate = 0; gate < errors.length; gate++) {
        System.arraycopy(errors[gate], r * units, sums, (errors.length * r + gate) * units, units);
      }
    }
  }

  /** Multiplies every sequence by its mask in a step. */
  final void mask(float[] state, float[] mask, int t, int steps) {
    for (int r = 0; r < count; r++) {
      float factor = mask[(from + r) * steps + t];
      for (int i = r * units; factor != 1 && i < (r + 1) * units; i++) {
        state[i] *= factor;
      }
    }
  }

  /** Makes a part. */
  interface Kind {
    RecurrentPart part(Place place);
  }

  /**
   * Which sequences a part computes, and where.
   *
   * @param from the first of them
   * @param count how many
   * @param units of the layer
   * @param gates sums a unit
   * @param z the kernel's sums
   * @param h the kernel's outputs
   */
  record Place(int from, int count, int units, int gates, Matrix z, Matrix h) {}
}
