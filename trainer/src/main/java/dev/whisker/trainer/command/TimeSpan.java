package dev.whisker.trainer.command;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A span of time on the command line: {@code 83.333us}, {@code 20ms}, {@code 90s}, {@code 5m},
 * {@code 1h}; a number without a unit is microseconds.
 *
 * @param micros microseconds; may have a fraction
 */
record TimeSpan(double micros) {
  private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-zµ]*)");
  private static final Map<String, Long> MICROS =
      Map.of(
          "", 1L,
          "us", 1L,
          "µs", 1L,
          "ms", 1_000L,
          "s", 1_000_000L,
          "m", 60_000_000L,
          "min", 60_000_000L,
          "h", 3_600_000_000L);

  /** Whole microseconds, rounded. */
  long wholeMicros() {
    return Math.round(micros);
  }

  /** As a duration, rounded to microseconds. */
  Duration toDuration() {
    return Duration.of(wholeMicros(), ChronoUnit.MICROS);
  }

  /** Reads what the user typed. */
  static final class Converter implements ITypeConverter<TimeSpan> {
    @Override
    public TimeSpan convert(String text) {
      Matcher matcher = TEXT.matcher(text.strip());
      if (!matcher.matches() || !MICROS.containsKey(matcher.group(2))) {
        throw new TypeConversionException(
            "'" + text + "' is no span of time; expected one such as 83.333us, 20ms, 90s or 5m");
      }
      return new TimeSpan(Double.parseDouble(matcher.group(1)) * MICROS.get(matcher.group(2)));
    }
  }
}
