package dev.whisker.sandbox.machines;

/** Condition of a simulated machine. */
public enum MachineState {
  /** Residual imbalance, gear mesh and background only. */
  HEALTHY("healthy"),

  /** A mass off the shaft's axis raises the first shaft harmonic. */
  IMBALANCE("imbalance"),

  /** A defect of the outer race is struck by every passing ball. */
  BEARING_FAULT("bearing-fault");

  private final String label;

  MachineState(String label) {
    this.label = label;
  }

  /** Returns the class label as written in recordings. */
  public String label() {
    return label;
  }
}
