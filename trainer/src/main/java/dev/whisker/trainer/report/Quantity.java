package dev.whisker.trainer.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers for people, always with a point and never with more digits than say something. */
public final class Quantity {
  private static final double MICROS_A_SECOND = 1e6;
  private static final double MICROS_A_MINUTE = 60e6;
  private static final double MICROS_AN_HOUR = 3600e6;

  private Quantity() {}

  /** The time between two samples, in microseconds: {@code 20 ms (50 Hz)}. */
  public static String period(double micros) {
    return rounded(micros / 1_000) + " ms (" + rate(micros) + ")";
  }

  /** A span of time in microseconds, in seconds or milliseconds: {@code 2.56 s}. */
  public static String span(double micros) {
    return micros >= MICROS_A_SECOND
        ? rounded(micros / MICROS_A_SECOND) + " s"
        : rounded(micros / 1_000) + " ms";
  }

  /** A span of time in microseconds to three digits, up to hours: {@code 3.5 h}. */
  static String longSpan(double micros) {
    if (micros >= 2 * MICROS_AN_HOUR) {
      return String.format(Locale.ROOT, "%.1f h", micros / MICROS_AN_HOUR);
    }
    return micros >= 2 * MICROS_A_MINUTE
        ? String.format(Locale.ROOT, "%.1f min", micros / MICROS_A_MINUTE)
        : String.format(Locale.ROOT, "%.3g s", micros / MICROS_A_SECOND);
  }

  /** How often samples come, given the microseconds between them: {@code 50 Hz}. */
  static String rate(double periodMicros) {
    return rounded(MICROS_A_SECOND / periodMicros) + " Hz";
  }

  /** A count with its thousands apart: {@code 1,275}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A count and what is counted: {@code 1 window}, {@code 2 windows}. */
  static String counted(long number, String one) {
    return count(number) + " " + one + (number == 1 ? "" : "s");
  }

  /** A share of 0 to 1 as a percentage: {@code 98.5 %}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String rounded(double value) {
    return new BigDecimal(value)
        .setScale(4, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
