package dev.whisker.sandbox.machines;

/**
 * Constants of one machine, drawn from its seed.
 *
 * <p>Amplitudes in g are peaks at the reference speed of 30 Hz where they grow with speed, and
 * standard deviations where they describe noise.
 *
 * @param nominalShaftHz mean speed of the shaft
 * @param speedDrift standard deviation of the speed relative to its mean
 * @param speedDriftSeconds correlation time of the speed
 * @param loadDrift standard deviation of the load, whose mean is 1
 * @param loadDriftSeconds correlation time of the load
 * @param residualG first harmonic of the balanced shaft
 * @param imbalanceG first harmonic that an imbalance adds
 * @param radialRatio vertical divided by horizontal first harmonic, from unequal stiffness
 * @param secondHarmonicG second harmonic, from misalignment
 * @param thirdHarmonicG third harmonic
 * @param gearTeeth teeth of the gear on the shaft
 * @param gearG gear mesh component at load 1
 * @param neighborHz frequency of a neighboring machine felt through the floor
 * @param neighborG component of the neighboring machine
 * @param bearing geometry of the bearing
 * @param slipRatio standard deviation of the interval between two strikes relative to its mean
 * @param strikeG peak of the ringing after a ball strikes the defect
 * @param strikeSpread standard deviation of the strikes relative to their mean
 * @param resonanceHz natural frequency of the housing
 * @param dampingRatio damping ratio of the housing
 * @param flowG ringing of the housing under friction and flow
 * @param frameHz natural frequency of the frame that transients excite
 * @param frameDampingRatio damping ratio of the frame
 * @param transientsPerSecond mean rate of transients such as valves and knocks
 * @param transientG median peak of a transient
 * @param backgroundG colored background vibration
 * @param backgroundPole radius of the two poles of the background's autoregressive filter
 * @param backgroundHz frequency of the two poles
 * @param sensorG white noise of the sensor
 */
record MachineParameters(
    double nominalShaftHz,
    double speedDrift,
    double speedDriftSeconds,
    double loadDrift,
    double loadDriftSeconds,
    double residualG,
    double imbalanceG,
    double radialRatio,
    double secondHarmonicG,
    double thirdHarmonicG,
    int gearTeeth,
    double gearG,
    double neighborHz,
    double neighborG,
    BearingGeometry bearing,
    double slipRatio,
    double strikeG,
    double strikeSpread,
    double resonanceHz,
    double dampingRatio,
    double flowG,
    double frameHz,
    double frameDampingRatio,
    double transientsPerSecond,
    double transientG,
    double backgroundG,
    double backgroundPole,
    double backgroundHz,
    double sensorG) {

  static final double REFERENCE_SHAFT_HZ = 30.0;

  private static final double RADIANS_PER_DEGREE = Math.PI / 180.0;

  /**
   * Draws the constants of a machine.
   *
   * <p>The first harmonic follows the balance grades of ISO 21940-11 (formerly ISO 1940-1): a
   * vibration velocity of 1 mm/s at 30 Hz is a peak of about 0.02 g. Bearing geometries are those
   * of common deep-groove and angular-contact ball bearings.
   */
  static MachineParameters draw(RandomNumbers random) {
    return new MachineParameters(
        random.uniform(20.0, 45.0),
        random.uniform(0.01, 0.03),
        random.uniform(4.0, 12.0),
        random.uniform(0.08, 0.2),
        random.uniform(1.0, 5.0),
        random.logUniform(0.01, 0.04),
        random.logUniform(0.2, 0.5),
        random.uniform(0.6, 1.2),
        random.logUniform(0.015, 0.08),
        random.logUniform(0.005, 0.03),
        random.integer(13, 31),
        random.logUniform(0.02, 0.12),
        random.uniform(12.0, 60.0),
        random.logUniform(0.01, 0.04),
        new BearingGeometry(
            random.integer(7, 12),
            random.uniform(0.16, 0.26),
            random.uniform(0.0, 30.0) * RADIANS_PER_DEGREE),
        random.uniform(0.01, 0.02),
        random.logUniform(1.5, 3.0),
        random.uniform(0.1, 0.25),
        random.uniform(1400.0, 2600.0),
        random.uniform(0.03, 0.08),
        random.logUniform(0.03, 0.07),
        random.uniform(250.0, 900.0),
        random.uniform(0.03, 0.08),
        random.logUniform(0.3, 1.2),
        random.logUniform(0.3, 1.0),
        random.logUniform(0.03, 0.12),
        random.uniform(0.75, 0.93),
        random.uniform(200.0, 900.0),
        random.logUniform(0.005, 0.02));
  }
}
