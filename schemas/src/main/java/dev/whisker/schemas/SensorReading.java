package dev.whisker.schemas;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One record of the readings topic: one or more consecutive samples of one device.
 *
 * @param device the device id, never empty
 * @param timeMicros when the first sample was taken, in microseconds since 1970-01-01T00:00Z
 * @param periodMicros microseconds between two samples, more than 0; empty: the model's period
 * @param samples the values, at least one sample
 * @param label what is known to be true while these samples were taken; null: nothing is known
 */
public record SensorReading(
    String device, long timeMicros, OptionalDouble periodMicros, Samples samples, String label) {

  /** Checks that everything but the label is there. */
  public SensorReading {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(periodMicros, "periodMicros");
    Objects.requireNonNull(samples, "samples");
  }

  /**
   * The time of one of the samples.
   *
   * @param sample its index, 0 for the first one
   * @param defaultPeriodMicros the period to assume where the reading carries none
   * @return microseconds since 1970-01-01T00:00Z, rounded to the nearest one; the largest value if
   *     the time is beyond it
   */
  public long timeMicros(int sample, double defaultPeriodMicros) {
    long time = timeMicros + Math.round(sample * periodMicros.orElse(defaultPeriodMicros));
    return time < timeMicros ? Long.MAX_VALUE : time;
  }
}
