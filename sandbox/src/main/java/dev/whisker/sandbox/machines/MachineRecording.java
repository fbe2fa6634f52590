package dev.whisker.sandbox.machines;

import java.util.Objects;

/**
 * Samples that one machine gave in one state, without gaps.
 *
 * <p>Times are those of {@link Machine#SAMPLE_MICROS}. Immutable as long as nobody writes into
 * {@link #values}.
 */
public final class MachineRecording {

  private final String device;
  private final MachineState state;
  private final long startMicros;
  private final float[] values;

  MachineRecording(String device, MachineState state, long startMicros, float[] values) {
    this.device = Objects.requireNonNull(device, "device");
    this.state = Objects.requireNonNull(state, "state");
    this.startMicros = startMicros;
    this.values = Objects.requireNonNull(values, "values");
  }

  /** Returns the name of the machine. */
  public String device() {
    return device;
  }

  /** Returns the state of the machine during the whole recording. */
  public MachineState state() {
    return state;
  }

  /** Returns the number of samples. */
  public int samples() {
    return values.length / Machine.CHANNELS;
  }

  /** Returns the time of a sample in microseconds since the epoch. */
  public long timeMicros(int sample) {
    return startMicros + (long) sample * Machine.SAMPLE_MICROS;
  }

  /** Returns the values in g, x, y, z of the first sample first; not a copy. */
  public float[] values() {
    return values;
  }
}
