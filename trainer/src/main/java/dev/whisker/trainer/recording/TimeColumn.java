package dev.whisker.trainer.recording;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** The forms in which a column tells the time of a sample. */
public enum TimeColumn {
  /** ISO-8601, UTC if it names no offset; a plain number is milliseconds. */
  ISO("time", 0),
  /** Seconds since the epoch. */
  S("time_s", 6),
  /** Milliseconds since the epoch. */
  MS("time_ms", 3),
  /** Microseconds since the epoch. */
  US("time_us", 0),
  /** Nanoseconds since the epoch. */
  NS("time_ns", -3);

  private static final int MOST_DIGITS = 18;
  private static final int NANOS_A_MICRO = 1_000;
  private static final int MOST_FRACTION_DIGITS = 9;

  private final String columnName;
  private final int decimalsToMicros;

  TimeColumn(String columnName, int decimalsToMicros) {
    this.columnName = columnName;
    this.decimalsToMicros = decimalsToMicros;
  }

  /** The column's name in a header. */
  String columnName() {
    return columnName;
  }

  /** The form whose column has the given name; null: the name is none. */
  static TimeColumn named(String name) {
    return Arrays.stream(values()).filter(t -> t.columnName.equals(name)).findAny().orElse(null);
  }

  /** The names of all forms. */
  static List<String> names() {
    return Arrays.stream(values()).map(TimeColumn::columnName).toList();
  }

  /** An example of a value, for messages. */
  String example() {
    return switch (this) {
      case ISO -> "2026-01-31T12:00:00.25Z";
      case S -> "1767225600.25";
      case MS -> "1767225600250";
      case US -> "1767225600250000";
      case NS -> "1767225600250000000";
    };
  }

  /**
   * Microseconds since 1970-01-01T00:00Z; a fraction of one is rounded.
   *
   * @throws NumberFormatException if the bytes are no time of this form
   * @throws DateTimeException if the bytes are no time of this form
   * @throws ArithmeticException if the time is too far away
   */
  long micros(byte[] text, int from, int to) {
    return this == ISO ? iso(text, from, to) : decimal(text, from, to);
  }

  private long decimal(byte[] text, int from, int to) {
    int at = from;
    boolean negative = at < to && text[at] == '-';
    if (negative) {
      at++;
    }
    long value = 0;
    int digits = 0;
    while (at < to && isDigit(text[at])) {
      value = 10 * value + (text[at++] - '0');
      digits++;
    }
    int decimals = 0;
    boolean up = false;
    if (at < to && text[at] == '.' && digits > 0) {
      at++;
      while (at < to && isDigit(text[at])) {
        if (decimals < decimalsToMicros) {
          value = 10 * value + (text[at] - '0');
        } else if (decimals == decimalsToMicros) {
          up = text[at] >= '5';
        }
        decimals++;
        at++;
      }
    }
    // Today's nanoseconds have 19 digits, and as long as they begin with less than 9, they fit.
    int most = this == NS && from < to && text[from] < '9' ? MOST_DIGITS + 1 : MOST_DIGITS;
    if (digits == 0 || at < to || digits + Math.max(0, decimalsToMicros) > most) {
      return slowDecimal(text, from, to);
    }
    for (int i = decimals; i < decimalsToMicros; i++) {
      value *= 10;
    }
    if (this == NS) {
      value = (value + NANOS_A_MICRO / 2) / NANOS_A_MICRO;
    }
    value += up ? 1 : 0;
    return negative ? -value : value;
  }

  private long slowDecimal(byte[] text, int from, int to) {
    return new BigDecimal(string(text, from, to))
        .movePointRight(decimalsToMicros)
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  private static long iso(byte[] text, int from, int to) {
    if (isDecimal(text, from, to)) {
      return MS.decimal(text, from, to);
    }
    String time = withoutPicoseconds(string(text, from, to).replace(' ', 'T'));
    int zone = Math.max(time.indexOf('Z'), Math.max(time.indexOf('+'), time.lastIndexOf('-')));
    Instant instant =
        zone > time.indexOf('T')
            ? OffsetDateTime.parse(time).toInstant()
            : LocalDateTime.parse(time).toInstant(ZoneOffset.UTC);
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  private static boolean isDecimal(byte[] text, int from, int to) {
    boolean digits = false;
    for (int i = from; i < to; i++) {
      digits |= isDigit(text[i]);
      if (!isDigit(text[i]) && text[i] != '.' && !(i == from && text[i] == '-')) {
        return false;
      }
    }
    return digits;
  }

  /** Cuts a fraction of more digits than {@link OffsetDateTime} reads. */
  private static String withoutPicoseconds(String time) {
    int dot = time.indexOf('.');
    int end = dot + 1;
    while (dot >= 0 && end < time.length() && Character.digit(time.charAt(end), 10) >= 0) {
      end++;
    }
    return dot >= 0 && end - dot - 1 > MOST_FRACTION_DIGITS
        ? time.substring(0, dot + 1 + MOST_FRACTION_DIGITS) + time.substring(end)
        : time;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static String string(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.UTF_8);
  }
}
