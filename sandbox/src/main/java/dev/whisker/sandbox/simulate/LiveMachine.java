package dev.whisker.sandbox.simulate;

import dev.whisker.sandbox.machines.Machine;
import dev.whisker.sandbox.machines.MachineState;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * One machine that runs on, changes its state now and then, and labels its readings with it. Not
 * thread-safe.
 */
final class LiveMachine {
  private static final double SHORTEST_STATE_SECONDS = 6;
  private static final double LONGEST_STATE_SECONDS = 14;

  private final Machine machine;
  private final SplittableRandom random;
  private final long startMicros;
  private final int samplesPerReading;
  private long samples;
  private long samplesOfNextChange;

  LiveMachine(long seed, int number, long startMicros, int samplesPerReading) {
    this.machine = new Machine(seed, number);
    // Seeded apart from the machine, whose constants must not tell when it changes.
    this.random = new SplittableRandom(seed ^ 0x5eed_0fa1_2b3cL * number);
    this.startMicros = startMicros;
    this.samplesPerReading = samplesPerReading;
    machine.state(MachineState.values()[random.nextInt(MachineState.values().length)]);
    scheduleChange();
  }

  private void scheduleChange() {
    double seconds =
        SHORTEST_STATE_SECONDS
            + (LONGEST_STATE_SECONDS - SHORTEST_STATE_SECONDS) * random.nextDouble();
    samplesOfNextChange = samples + (long) (seconds * Machine.SAMPLES_PER_SECOND);
  }

  SensorReading next() {
    if (samples >= samplesOfNextChange) {
      machine.state(another(machine.state()));
      scheduleChange();
    }
    float[] values = new float[samplesPerReading * Machine.CHANNELS];
    machine.next(values, 0, samplesPerReading);
    SensorReading reading =
        new SensorReading(
            machine.name(),
            startMicros + samples * Machine.SAMPLE_MICROS,
            OptionalDouble.of(Machine.SAMPLE_MICROS),
            new Samples(values, Machine.CHANNELS),
            machine.state().label());
    samples += samplesPerReading;
    return reading;
  }

  private MachineState another(MachineState state) {
    MachineState[] states = MachineState.values();
    return states[(state.ordinal() + 1 + random.nextInt(states.length - 1)) % states.length];
  }
}
