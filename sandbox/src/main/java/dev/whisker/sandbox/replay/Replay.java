package dev.whisker.sandbox.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.schemas.SensorReading;
import java.util.Iterator;

/** Publishes a sequence of readings at a pace. Not thread-safe. */
public final class Replay {
  private final ReadingSink sink;
  private final Pace pace;
  private final StopSignal stop;

  /**
   * A replay that has not begun.
   *
   * @param sink takes the readings
   * @param stop ends it early
   */
  public Replay(ReadingSink sink, Pace pace, StopSignal stop) {
    this.sink = sink;
    this.pace = pace;
    this.stop = stop;
  }

  /**
   * Publishes until there are no more readings or the end is asked for, and waits until all of them
   * are acknowledged.
   *
   * @param readings in the order of the time of their last samples
   * @return what was published
   * @throws dev.whisker.classifier.cli.CommandFailure if Kafka did not take a reading
   */
  public Published run(Iterator<SensorReading> readings) throws InterruptedException {
    long startNanos = System.nanoTime();
    long firstMicros = 0;
    long count = 0;
    long samples = 0;
    while (readings.hasNext()) {
      SensorReading reading = readings.next();
      if (count == 0) {
        firstMicros = reading.timeMicros();
      }
      if (!pace.await(Pace.endMicros(reading) - firstMicros, startNanos, stop)) {
        break;
      }
      sink.publish(reading);
      count++;
      samples += reading.samples().count();
    }
    sink.flush();
    return new Published(samples, count, (System.nanoTime() - startNanos) / 1e9);
  }

  /**
   * What a replay published.
   *
   * @param samples number of samples
   * @param readings number of readings
   * @param seconds from the first reading until the last one was acknowledged
   */
  public record Published(long samples, long readings, double seconds) {
    /** Samples a second. */
    @JsonProperty
    public double samplesPerSecond() {
      return seconds > 0 ? samples / seconds : 0;
    }

    /** Readings a second. */
    @JsonProperty
    public double readingsPerSecond() {
      return seconds > 0 ? readings / seconds : 0;
    }
  }
}
