package dev.whisker.sandbox.replay;

import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.trainer.recording.Recording;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Cuts one device's recording into readings, in order, every sample once.
 *
 * <p>A reading says only when its first sample was taken and the period. It therefore ends where
 * the recording's usual step from sample to sample does, and wherever {@code time + round(i *
 * period)} would miss a sample's time by a microsecond; it also ends where the label changes.
 *
 * <pre>
 *   samples   o--o--o--o-----o--o--o--o--o
 *   label     a  a  a  a     a  a  b  b  b
 *   readings  [--------]     [--]  [-----]
 * </pre>
 *
 * Not thread-safe.
 */
final class ReadingCutter implements Iterator<SensorReading> {
  /** Times are rounded to the microsecond, so steps of one period may differ by one. */
  private static final long ROUNDING_MICROS = 1;

  /** Keeps the period so far from where rounding turns that arithmetic in doubles cannot err. */
  private static final double MARGIN_MICROS = 1e-6;

  private final Recording recording;
  private final int maxSamples;
  private final boolean labels;
  private final long shiftMicros;
  private final long usualStepMicros;
  private int next;

  /**
   * A cutter at the recording's beginning.
   *
   * @param maxSamples the most samples in a reading
   * @param labels whether the readings are to carry labels
   * @param shiftMicros is added to every time
   */
  ReadingCutter(Recording recording, int maxSamples, boolean labels, long shiftMicros) {
    this.recording = recording;
    this.maxSamples = maxSamples;
    this.labels = labels;
    this.shiftMicros = shiftMicros;
    this.usualStepMicros = usualStepMicros(recording);
  }

  /** The median step, which gaps and jitter do not move; 0 if there are no two samples. */
  private static long usualStepMicros(Recording recording) {
    long[] steps = new long[Math.max(0, recording.samples() - 1)];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = recording.timeMicros(i + 1) - recording.timeMicros(i);
    }
    Arrays.sort(steps);
    return steps.length == 0 ? 0 : steps[steps.length / 2];
  }

  @Override
  public boolean hasNext() {
    return next < recording.samples();
  }

  @Override
  public SensorReading next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int first = next;
    String label = recording.label(first);
    // Sample k is met by every period in [(d - 0.5) / k, (d + 0.5) / k), d being its distance.
    double lowest = MARGIN_MICROS;
    double highest = Double.POSITIVE_INFINITY;
    int end = first + 1;
    while (end < recording.samples()
        && end - first < maxSamples
        && isUsual(recording.timeMicros(end) - recording.timeMicros(end - 1))
        && (!labels || Objects.equals(label, recording.label(end)))) {
      double distance = recording.timeMicros(end) - recording.timeMicros(first);
      int steps = end - first;
      double low = Math.max(lowest, (distance - 0.5) / steps);
      double high = Math.min(highest, (distance + 0.5) / steps);
      if (high - low < 2 * MARGIN_MICROS) {
        break;
      }
      lowest = low;
      highest = high;
      end++;
    }
    next = end;
    int channels = recording.channels();
    return new SensorReading(
        recording.device(),
        recording.timeMicros(first) + shiftMicros,
        end - first == 1 ? OptionalDouble.empty() : OptionalDouble.of(period(lowest, highest)),
        new Samples(
            Arrays.copyOfRange(recording.values(), first * channels, end * channels), channels),
        labels ? label : null);
  }

  private boolean isUsual(long stepMicros) {
    return stepMicros > 0 && Math.abs(stepMicros - usualStepMicros) <= ROUNDING_MICROS;
  }

  /** The usual step if it is within the limits, which keeps whole periods whole. */
  private double period(double lowest, double highest) {
    return usualStepMicros > lowest && usualStepMicros < highest
        ? usualStepMicros
        : lowest + (highest - lowest) / 2;
  }
}
