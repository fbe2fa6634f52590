package dev.whisker.sandbox.bench;

/**
 * Devices that publish by turns, shifted against each other so that windows are due evenly:
 *
 * <pre>
 *   turn       0  1  2  3  4  5  6  7  8  9
 *   device 0   o  o  o  W  o  W  o  W  o  W     two readings a hop
 *   device 1      o  o  o  W  o  W  o  W  o
 *   device 2   o  o  o  W  o  W  o  W  o  W
 * </pre>
 *
 * @param model its windows
 * @param readings of every device
 * @param devices how many there are
 */
record Fleet(ModelShape model, BenchReadings readings, int devices) {

  private int shifts() {
    return Math.max(1, model.hop() / readings.samples());
  }

  /** The number of the reading that a device publishes in a turn; below 0: none yet. */
  long reading(long turn, int device) {
    return turn - device % shifts();
  }

  /** How many turns it takes until every device has so many windows. */
  long turns(long windowsEach) {
    return readings.cover(model.samples(windowsEach)) + shifts() - 1;
  }

  /** How many windows are due after so many turns. */
  long windows(long turns) {
    long windows = 0;
    for (int shift = 0; shift < shifts(); shift++) {
      long shifted = ((long) devices - shift + shifts() - 1) / shifts();
      windows += shifted * model.windows(Math.max(0, turns - shift) * readings.samples());
    }
    return windows;
  }
}
