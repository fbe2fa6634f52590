package dev.whisker.sandbox.replay;

import dev.whisker.schemas.SensorReading;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * All readings of a set of recordings, the devices interleaved as they were in time: the reading
 * whose last sample was taken first comes first. Not thread-safe.
 */
public final class RecordedReadings implements Iterator<SensorReading> {
  private final PriorityQueue<Source> sources =
      new PriorityQueue<>(
          Comparator.comparingLong((Source source) -> source.endMicros)
              .thenComparing(source -> source.reading.device()));

  /**
   * Readings of at most so many samples each.
   *
   * @param samplesPerReading the most samples in a reading, 1 or more
   * @param labels whether the readings are to carry labels
   * @param shiftMicros is added to every time, in microseconds
   */
  public RecordedReadings(
      Recordings recordings, int samplesPerReading, boolean labels, long shiftMicros) {
    if (samplesPerReading < 1) {
      throw new IllegalArgumentException(
          "A reading of " + samplesPerReading + " samples was asked for; expected 1 or more");
    }
    for (Recording recording : recordings.recordings()) {
      Source source =
          new Source(new ReadingCutter(recording, samplesPerReading, labels, shiftMicros));
      if (source.advance()) {
        sources.add(source);
      }
    }
  }

  /** The time of the earliest sample of all, in microseconds since 1970-01-01T00:00Z. */
  public static long beginMicros(Recordings recordings) {
    return recordings.recordings().stream()
        .filter(recording -> recording.samples() > 0)
        .mapToLong(recording -> recording.timeMicros(0))
        .min()
        .orElse(0);
  }

  @Override
  public boolean hasNext() {
    return !sources.isEmpty();
  }

  @Override
  public SensorReading next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Source source = sources.remove();
    SensorReading reading = source.reading;
    if (source.advance()) {
      sources.add(source);
    }
    return reading;
  }

  /** One device's readings and the one that is next. */
  private static final class Source {
    private final ReadingCutter readings;
    private SensorReading reading;
    private long endMicros;

    Source(ReadingCutter readings) {
      this.readings = readings;
    }

    boolean advance() {
      if (!readings.hasNext()) {
        return false;
      }
      reading = readings.next();
      endMicros = Pace.endMicros(reading);
      return true;
    }
  }
}
