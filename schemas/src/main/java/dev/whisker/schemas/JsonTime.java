package dev.whisker.schemas;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Times in JSON: ISO-8601 text with any fraction, or epoch milliseconds as a number. */
final class JsonTime {
  private static final int MOST_FRACTION_DIGITS = 9;

  private JsonTime() {}

  /**
   * Microseconds since the epoch of an ISO-8601 text with an offset or {@code Z}.
   *
   * @throws DateTimeException if it is no such text
   */
  static long parse(String text) {
    return micros(OffsetDateTime.parse(withoutPicoseconds(text)).toInstant());
  }

  /** Cuts a fraction of more digits than {@link OffsetDateTime} reads. */
  private static String withoutPicoseconds(String text) {
    int dot = text.indexOf('.');
    int end = dot + 1;
    while (dot >= 0 && end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
      end++;
    }
    return dot >= 0 && end - dot - 1 > MOST_FRACTION_DIGITS
        ? text.substring(0, dot + 1 + MOST_FRACTION_DIGITS) + text.substring(end)
        : text;
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  static String format(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
