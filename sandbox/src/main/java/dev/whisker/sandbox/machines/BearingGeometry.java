package dev.whisker.sandbox.machines;

/**
 * Geometry of a rolling element bearing with a turning inner race.
 *
 * @param balls number of rolling elements
 * @param diameterRatio diameter of a ball divided by the pitch diameter, d / D
 * @param contactRadians contact angle, phi
 */
record BearingGeometry(int balls, double diameterRatio, double contactRadians) {

  /**
   * Returns how many balls pass a point of the outer race per turn of the shaft.
   *
   * <p>BPFO = (n / 2) f (1 - (d / D) cos phi) for the shaft frequency f; R. B. Randall and J.
   * Antoni, "Rolling element bearing diagnostics - A tutorial", Mechanical Systems and Signal
   * Processing 25(2):485-520, 2011, equation (1).
   */
  double outerRacePassesPerTurn() {
    return 0.5 * balls * (1.0 - diameterRatio * StrictMath.cos(contactRadians));
  }
}
