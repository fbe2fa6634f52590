package dev.whisker.sandbox.machines;

import java.util.Objects;

/**
 * Rotating machine with an accelerometer on its bearing housing.
 *
 * <p>Channels x, y and z are accelerations in g at {@value #SAMPLES_PER_SECOND} samples a second,
 * without gravity, as from an AC-coupled sensor. The same seed and number give the same samples,
 * however they are divided into calls. Not thread-safe.
 *
 * <p>The machine's own axes are horizontal, vertical and axial. A sample is the sum of
 *
 * <ul>
 *   <li>shaft harmonics of a slowly drifting speed. An imbalance of mass m at the eccentricity e
 *       turns with the force m e w^2, so the first harmonic grows with the speed squared, and the
 *       vertical component is 90 degrees behind the horizontal one; J. S. Rao, "Rotor Dynamics",
 *       3rd edition, New Age International, 1996, and ISO 21940-11:2016;
 *   <li>strikes of the balls on a defect of the outer race, one every 1 / BPFO seconds ({@link
 *       BearingGeometry#outerRacePassesPerTurn}) but for random slip, each of which rings a
 *       resonance of the housing, with amplitudes that follow the load; P. D. McFadden and J. D.
 *       Smith, "Model for the vibration produced by a single point defect in a rolling element
 *       bearing", Journal of Sound and Vibration 96(1):69-82, 1984, and for the slip R. B. Randall
 *       and J. Antoni, "Rolling element bearing diagnostics - A tutorial", Mechanical Systems and
 *       Signal Processing 25(2):485-520, 2011;
 *   <li>gear mesh, a neighboring machine, random transients, colored background vibration and the
 *       same resonance driven by friction and flow, all of which are there in every state.
 * </ul>
 *
 * <p>The mounting turns the axes a little, and each channel has its own gain and white noise.
 */
public final class Machine {

  /** Samples a second. */
  public static final int SAMPLES_PER_SECOND = 6250;

  /** Time from one sample to the next, in microseconds. */
  public static final int SAMPLE_MICROS = 160;

  /** Values of a sample: x, y and z. */
  public static final int CHANNELS = 3;

  private static final double SAMPLE_SECONDS = 1.0 / SAMPLES_PER_SECOND;
  private static final double TURN = 2.0 * Math.PI;

  // Speed and load move slowly, so they are advanced only once per block of samples.
  private static final int BLOCK_SAMPLES = 25;
  private static final double BLOCK_SECONDS = BLOCK_SAMPLES * SAMPLE_SECONDS;

  // A mass that comes loose takes a moment to move; this also avoids a step in the acceleration.
  private static final double IMBALANCE_LAG_SECONDS = 0.02;

  private static final double MAX_MOUNTING_RADIANS = 15.0 * Math.PI / 180.0;
  private static final double AXIAL_IMBALANCE_RATIO = 0.1;
  private static final double GEAR_SIDEBAND_RATIO = 0.3;
  private static final double LOAD_ZONE_SIDEBAND_RATIO = 0.15;

  private final int number;
  private final MachineParameters parameters;
  private final RandomNumbers random;
  private final Resonance housing;
  private final Resonance frame;
  private final double[] housingDirection;
  private final double[] frameDirection;
  private final double[] gearDirection;
  private final double[] neighborDirection;
  private final double[] secondCos = new double[CHANNELS];
  private final double[] secondSin = new double[CHANNELS];
  private final double[] thirdCos = new double[CHANNELS];
  private final double[] thirdSin = new double[CHANNELS];
  private final double[][] mounting;
  private final double passesPerTurn;
  private final double backgroundFirst;
  private final double backgroundSecond;
  private final double backgroundScale;

  private final double[] backgroundLast = new double[CHANNELS];
  private final double[] backgroundBefore = new double[CHANNELS];
  private final double[] motion = new double[CHANNELS];

  private MachineState state = MachineState.HEALTHY;
  private int samplesLeftInBlock;
  private double speedDeviation;
  private double loadDeviation;
  private double imbalanceShare;
  private double shaftHz;
  private double load;
  private double shaftTurns;
  private double neighborTurns;
  private double ballPasses;
  private double nextStrike;
  private double secondsToTransient;

  /**
   * Creates a healthy machine.
   *
   * @param seed seed of the whole fleet
   * @param number number of the machine in the fleet, from 1
   */
  public Machine(long seed, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("Machine number must be at least 1 but is " + number);
    }
    this.number = number;
    // SplittableRandom scrambles its seed, so neighboring numbers give unrelated machines.
    RandomNumbers constants = new RandomNumbers(seed * 1_000_003L + number);
    this.random = constants.split();
    this.parameters = MachineParameters.draw(constants);
    this.housing =
        new Resonance(parameters.resonanceHz(), parameters.dampingRatio(), SAMPLE_SECONDS);
    this.frame =
        new Resonance(parameters.frameHz(), parameters.frameDampingRatio(), SAMPLE_SECONDS);
    this.housingDirection = direction(constants, 1.0, 1.0, 0.5);
    this.frameDirection = direction(constants, 1.0, 1.0, 1.0);
    this.gearDirection = direction(constants, 0.7, 0.7, 1.0);
    this.neighborDirection = direction(constants, 0.5, 1.0, 0.5);
    for (int axis = 0; axis < CHANNELS; axis++) {
      double secondPhase = constants.uniform(0.0, TURN);
      secondCos[axis] = StrictMath.cos(secondPhase);
      secondSin[axis] = StrictMath.sin(secondPhase);
      double thirdPhase = constants.uniform(0.0, TURN);
      thirdCos[axis] = StrictMath.cos(thirdPhase);
      thirdSin[axis] = StrictMath.sin(thirdPhase);
    }
    this.mounting = mounting(constants);
    this.passesPerTurn = parameters.bearing().outerRacePassesPerTurn();

    // Background: b[t] = first b[t-1] + second b[t-2] + e[t], scaled to unit variance.
    double radius = parameters.backgroundPole();
    double angle = TURN * parameters.backgroundHz() * SAMPLE_SECONDS;
    this.backgroundFirst = 2.0 * radius * StrictMath.cos(angle);
    this.backgroundSecond = -radius * radius;
    double reduced = 1.0 - backgroundSecond;
    this.backgroundScale =
        Math.sqrt(
            (1.0 + backgroundSecond)
                * (reduced * reduced - backgroundFirst * backgroundFirst)
                / reduced);

    this.speedDeviation = random.normal();
    this.loadDeviation = random.normal();
    this.shaftTurns = random.uniform(0.0, 1.0);
    this.neighborTurns = random.uniform(0.0, 1.0);
    this.nextStrike = random.uniform(0.0, 1.0);
    this.secondsToTransient = random.exponential() / parameters.transientsPerSecond();
  }

  /** Returns the name of this machine, for example {@code machine-001}. */
  public String name() {
    return name(number);
  }

  /** Returns the name of the machine with a number, for example {@code machine-001}. */
  static String name(int number) {
    String digits = Integer.toString(number);
    return "machine-" + "0".repeat(Math.max(0, 3 - digits.length())) + digits;
  }

  /** Returns the present condition. */
  public MachineState state() {
    return state;
  }

  /** Changes the condition from the next sample on; the shaft turns on without a jump. */
  public void state(MachineState newState) {
    this.state = Objects.requireNonNull(newState, "newState");
  }

  /**
   * Writes the next samples.
   *
   * @param into receives x, y, z of the first sample, then of the second, and so on
   * @param offset index of the first value written
   * @param samples number of samples; three times as many values are written
   */
  public void next(float[] into, int offset, int samples) {
    Objects.checkFromIndexSize(offset, Math.multiplyExact(samples, CHANNELS), into.length);
    int index = offset;
    for (int sample = 0; sample < samples; sample++) {
      if (samplesLeftInBlock == 0) {
        startBlock();
        samplesLeftInBlock = BLOCK_SAMPLES;
      }
      samplesLeftInBlock--;
      nextSample(into, index);
      index += CHANNELS;
    }
  }

  /** Advances speed and load as Ornstein-Uhlenbeck processes, and the imbalance by its lag. */
  private void startBlock() {
    speedDeviation = drift(speedDeviation, parameters.speedDriftSeconds());
    loadDeviation = drift(loadDeviation, parameters.loadDriftSeconds());
    shaftHz = parameters.nominalShaftHz() * (1.0 + parameters.speedDrift() * speedDeviation);
    load = Math.max(0.3, 1.0 + parameters.loadDrift() * loadDeviation);
    double target = state == MachineState.IMBALANCE ? 1.0 : 0.0;
    imbalanceShare += (target - imbalanceShare) * BLOCK_SECONDS / IMBALANCE_LAG_SECONDS;
  }

  private double drift(double deviation, double correlationSeconds) {
    double step = BLOCK_SECONDS / correlationSeconds;
    return deviation * (1.0 - step) + Math.sqrt(2.0 * step) * random.normal();
  }

  private void nextSample(float[] into, int index) {
    shaftTurns += shaftHz * SAMPLE_SECONDS;
    shaftTurns -= Math.floor(shaftTurns);
    neighborTurns += parameters.neighborHz() * SAMPLE_SECONDS;
    neighborTurns -= Math.floor(neighborTurns);

    double cos1 = StrictMath.cos(TURN * shaftTurns);
    double sin1 = StrictMath.sin(TURN * shaftTurns);
    addStrikes(cos1);
    addTransients();
    addShaft(cos1, sin1);

    double gear =
        parameters.gearG()
            * load
            * (1.0 + GEAR_SIDEBAND_RATIO * cos1)
            * StrictMath.sin(TURN * parameters.gearTeeth() * shaftTurns);
    double neighbor = parameters.neighborG() * StrictMath.sin(TURN * neighborTurns);
    double housingMotion = housing.next(parameters.flowG() * random.normal());
    double frameMotion = frame.next(0.0);
    for (int axis = 0; axis < CHANNELS; axis++) {
      double background =
          backgroundFirst * backgroundLast[axis]
              + backgroundSecond * backgroundBefore[axis]
              + backgroundScale * random.normal();
      backgroundBefore[axis] = backgroundLast[axis];
      backgroundLast[axis] = background;
      motion[axis] +=
          gear * gearDirection[axis]
              + neighbor * neighborDirection[axis]
              + housingMotion * housingDirection[axis]
              + frameMotion * frameDirection[axis]
              + parameters.backgroundG() * background;
    }
    for (int channel = 0; channel < CHANNELS; channel++) {
      double[] row = mounting[channel];
      into[index + channel] =
          (float)
              (row[0] * motion[0]
                  + row[1] * motion[1]
                  + row[2] * motion[2]
                  + parameters.sensorG() * random.normal());
    }
  }

  /** Sets the motion to the first three shaft harmonics. */
  private void addShaft(double cos1, double sin1) {
    double relative = shaftHz / MachineParameters.REFERENCE_SHAFT_HZ;
    double square = relative * relative;
    double first = square * (parameters.residualG() + imbalanceShare * parameters.imbalanceG());
    double cos2 = cos1 * cos1 - sin1 * sin1;
    double sin2 = 2.0 * cos1 * sin1;
    double cos3 = cos2 * cos1 - sin2 * sin1;
    double sin3 = sin2 * cos1 + cos2 * sin1;
    motion[0] = first * cos1;
    motion[1] = first * parameters.radialRatio() * sin1;
    motion[2] = first * AXIAL_IMBALANCE_RATIO * cos1;
    double second = square * parameters.secondHarmonicG() * load;
    double third = square * parameters.thirdHarmonicG() * load;
    for (int axis = 0; axis < CHANNELS; axis++) {
      motion[axis] +=
          second * (cos2 * secondCos[axis] - sin2 * secondSin[axis])
              + third * (cos3 * thirdCos[axis] - sin3 * thirdSin[axis]);
    }
  }

  private void addStrikes(double cos1) {
    // Balls pass in every state; only a defect makes them strike.
    double passesPerSecond = passesPerTurn * shaftHz;
    ballPasses += passesPerSecond * SAMPLE_SECONDS;
    if (ballPasses < nextStrike) {
      return;
    }
    double ageSeconds = (ballPasses - nextStrike) / passesPerSecond;
    ballPasses -= nextStrike;
    nextStrike = 1.0 + parameters.slipRatio() * random.normal();
    double spread = Math.max(0.0, 1.0 + parameters.strikeSpread() * random.normal());
    if (state == MachineState.BEARING_FAULT) {
      double amplitude =
          parameters.strikeG()
              * (shaftHz / MachineParameters.REFERENCE_SHAFT_HZ)
              * load
              * (1.0 + LOAD_ZONE_SIDEBAND_RATIO * cos1)
              * spread;
      housing.strike(amplitude, ageSeconds);
    }
  }

  private void addTransients() {
    secondsToTransient -= SAMPLE_SECONDS;
    if (secondsToTransient > 0.0) {
      return;
    }
    double amplitude = parameters.transientG() * StrictMath.exp(0.4 * random.normal());
    frame.strike(amplitude, -secondsToTransient);
    housing.strike(0.5 * amplitude, -secondsToTransient);
    secondsToTransient += random.exponential() / parameters.transientsPerSecond();
  }

  /** Draws a unit vector whose components have the given standard deviations before scaling. */
  private static double[] direction(
      RandomNumbers random, double horizontal, double vertical, double axial) {
    double[] vector = {
      horizontal * random.normal(), vertical * random.normal(), axial * random.normal()
    };
    double length =
        Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
    for (int axis = 0; axis < CHANNELS; axis++) {
      vector[axis] /= length;
    }
    return vector;
  }

  /** Returns [channel][axis]: a small rotation about each axis, then a gain per channel. */
  private static double[][] mounting(RandomNumbers random) {
    double[][] matrix = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}};
    for (int axis = 0; axis < CHANNELS; axis++) {
      double angle = random.uniform(-MAX_MOUNTING_RADIANS, MAX_MOUNTING_RADIANS);
      double cos = StrictMath.cos(angle);
      double sin = StrictMath.sin(angle);
      int first = (axis + 1) % CHANNELS;
      int second = (axis + 2) % CHANNELS;
      for (double[] row : matrix) {
        double turned = row[first] * cos + row[second] * sin;
        row[second] = row[second] * cos - row[first] * sin;
        row[first] = turned;
      }
    }
    for (double[] row : matrix) {
      double gain = random.logUniform(0.75, 1.33);
      for (int axis = 0; axis < CHANNELS; axis++) {
        row[axis] *= gain;
      }
    }
    return matrix;
  }
}
