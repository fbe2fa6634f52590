package dev.whisker.sandbox.replay;

import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.schemas.SensorReading;
import java.time.Duration;

/**
 * How fast readings are published: a reading is due when its last sample has been taken, times run
 * {@code speed} times as fast as they were.
 *
 * @param speed 1: as fast as they were taken; infinite: without waiting
 */
public record Pace(double speed) {
  /** As fast as the samples were taken. */
  public static final Pace REAL = new Pace(1);

  /** Without waiting. */
  public static final Pace MAX = new Pace(Double.POSITIVE_INFINITY);

  /** Checks the speed. */
  public Pace {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("The speed is " + speed + "; expected more than 0 or max");
    }
  }

  /**
   * Reads {@code max} or a number such as {@code 2.5}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Pace parse(String text) {
    if (text.equalsIgnoreCase("max")) {
      return MAX;
    }
    try {
      return new Pace(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The speed is '" + text + "'; expected a number above 0 or max", e);
    }
  }

  /** When a reading's last sample was taken, in microseconds since 1970-01-01T00:00Z. */
  static long endMicros(SensorReading reading) {
    return reading.timeMicros(reading.samples().count() - 1, 0);
  }

  /**
   * Waits until something is due.
   *
   * @param sinceFirstMicros how much later than the first sample it was, in microseconds
   * @param startNanos when publishing began, by {@link System#nanoTime}
   * @return false: the end was asked for meanwhile
   */
  boolean await(long sinceFirstMicros, long startNanos, StopSignal stop)
      throws InterruptedException {
    if (Double.isInfinite(speed)) {
      return !stop.isRequested();
    }
    long dueNanos = (long) (sinceFirstMicros / speed * 1_000);
    return !stop.await(Duration.ofNanos(dueNanos - (System.nanoTime() - startNanos)));
  }
}
