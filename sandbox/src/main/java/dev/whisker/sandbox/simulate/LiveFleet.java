package dev.whisker.sandbox.simulate;

import dev.whisker.sandbox.machines.Machine;
import dev.whisker.schemas.SensorReading;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Simulated machines as a sequence of readings: one reading of every machine after the other, then
 * the next one of each, without end. A machine stays in a state for 6 to 14 s. The same seed gives
 * the same samples and states. Not thread-safe.
 */
public final class LiveFleet implements Iterator<SensorReading> {
  /** How much time a reading covers. */
  public static final Duration READING = Duration.ofMillis(100);

  private static final int SAMPLES_PER_READING =
      (int) (READING.toNanos() / 1_000 / Machine.SAMPLE_MICROS);

  private final List<LiveMachine> machines;
  private int next;

  /**
   * Machines that begin now.
   *
   * @param seed the seed of the fleet and of its changes of state
   * @param firstNumber the number of the first machine, from 1
   * @param count how many machines
   * @param startMicros the time of the first sample of each, microseconds since 1970-01-01T00:00Z
   */
  public LiveFleet(long seed, int firstNumber, int count, long startMicros) {
    if (count < 1) {
      throw new IllegalArgumentException("The number of machines is " + count + "; expected 1+");
    }
    this.machines =
        IntStream.range(firstNumber, firstNumber + count)
            .mapToObj(number -> new LiveMachine(seed, number, startMicros, SAMPLES_PER_READING))
            .toList();
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public SensorReading next() {
    SensorReading reading = machines.get(next).next();
    next = (next + 1) % machines.size();
    return reading;
  }
}
