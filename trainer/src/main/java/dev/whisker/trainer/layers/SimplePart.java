package dev.whisker.trainer.layers;

import java.util.Arrays;

/** Sequences of a plain recurrent layer: {@code h = tanh(x wᵀ + h₋₁ rᵀ + b)}. */
final class SimplePart extends RecurrentPart {
  private float[][] kept = {};

  SimplePart(Place place) {
    super(place);
  }

  @Override
  void makeRoom(int steps) {
    int made = kept.length;
    if (made < steps) {
      kept = Arrays.copyOf(kept, steps);
      for (int t = made; t < steps; t++) {
        kept[t] = new float[values];
      }
    }
  }

  @Override
  long kept() {
    return (long) kept.length * values;
  }

  @Override
  void begin(float[] firstCells) {
    // There are no cells.
  }

  @Override
  void step(int slot, float[] mask, int t, int steps) {
    float[] output = kept[slot];
    System.arraycopy(sums, 0, output, 0, values);
    Tanh.ofScaled(output, bias[0], 1, values);
    System.arraycopy(output, 0, outputs, 0, values);
    if (mask != null) {
      mask(outputs, mask, t, steps);
    }
  }

  @Override
  void beginBackward() {
    // Nothing is carried but the outputs' errors.
  }

  @Override
  void stepBack(int t, float[] mask, int steps) {
    Gates.tanhError(kept[t], outputs, errors[0], values);
    if (mask != null) {
      mask(errors[0], mask, t, steps);
    }
  }
}
