package dev.whisker.streamer.topology;

import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.clients.admin.OffsetSpec;

/**
 * Where an application that has forgotten its state reads again.
 *
 * @param kind the kind of place
 * @param time the first record that is not older is read; null unless the kind says so
 */
public record StartPoint(Kind kind, Instant time) {
  /** The oldest record that the topic holds: everything is classified and published again. */
  public static final StartPoint EARLIEST = new StartPoint(Kind.EARLIEST, null);

  /** The next record that comes. */
  public static final StartPoint LATEST = new StartPoint(Kind.LATEST, null);

  /** The kinds of places. */
  public enum Kind {
    /** The oldest record. */
    EARLIEST,
    /** The next record. */
    LATEST,
    /** The first record of a time. */
    TIME
  }

  /** A time, exactly where the kind needs one. */
  public StartPoint {
    Objects.requireNonNull(kind, "kind");
    if (kind == Kind.TIME != (time != null)) {
      throw new IllegalArgumentException(
          "A time belongs to TIME alone; kind " + kind + ", " + time);
    }
  }

  /** The first record whose own timestamp is not before a time. */
  public static StartPoint at(Instant time) {
    return new StartPoint(Kind.TIME, time);
  }

  OffsetSpec offset() {
    return switch (kind) {
      case EARLIEST -> OffsetSpec.earliest();
      case LATEST -> OffsetSpec.latest();
      case TIME -> OffsetSpec.forTimestamp(time.toEpochMilli());
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EARLIEST -> "the oldest record";
      case LATEST -> "the next record that comes";
      case TIME -> "the first record of " + time;
    };
  }
}
