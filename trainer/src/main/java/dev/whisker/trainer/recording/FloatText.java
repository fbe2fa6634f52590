package dev.whisker.trainer.recording;

import java.nio.charset.StandardCharsets;

/**
 * Reads decimal numbers from bytes, each to exactly the value of {@link Float#parseFloat}.
 *
 * <p>Up to 2^53 as digits and 10^±22 as exponent, digits and power of ten are exact doubles, so
 * their quotient or product is rounded once (Clinger, "How to read floating point numbers
 * accurately", PLDI 1990). Rounding it again to a float is right unless the double lies exactly
 * between two floats; only then, and for the rare rest, {@link Float#parseFloat} decides.
 */
final class FloatText {
  private static final long MOST_EXACT = 1L << 53;
  private static final int MOST_DIGITS = 18;
  private static final int BITS_BELOW_FLOAT = (1 << 29) - 1;
  private static final int HALFWAY = 1 << 28;
  private static final double[] POWERS = new double[23];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private FloatText() {}

  /**
   * The number that the bytes spell.
   *
   * @throws NumberFormatException if they spell none; not-a-number and infinity are none
   */
  static float parse(byte[] text, int from, int to) {
    int at = from;
    boolean negative = at < to && text[at] == '-';
    if (at < to && (negative || text[at] == '+')) {
      at++;
    }
    long mantissa = 0;
    int digits = 0;
    int exponent = 0;
    boolean any = false;
    boolean fraction = false;
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        any = true;
        mantissa = 10 * mantissa + digit;
        digits += mantissa == 0 ? 0 : 1;
        exponent -= fraction ? 1 : 0;
        if (digits > MOST_DIGITS) {
          return slow(text, from, to);
        }
      } else if (text[at] == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (!any || at < to) {
      return slow(text, from, to);
    }
    if (mantissa <= MOST_EXACT && -exponent < POWERS.length) {
      double value = mantissa / POWERS[-exponent];
      boolean halfway = (Double.doubleToRawLongBits(value) & BITS_BELOW_FLOAT) == HALFWAY;
      if (value == 0 || (!halfway && value >= Float.MIN_NORMAL)) {
        return (float) (negative ? -value : value);
      }
    }
    return slow(text, from, to);
  }

  private static float slow(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = text[i];
      // Float.parseFloat also reads names, hexadecimal digits and type suffixes.
      if (!(b >= '0' && b <= '9' || b == '.' || b == '-' || b == '+' || b == 'e' || b == 'E')) {
        throw new NumberFormatException("no decimal number");
      }
    }
    float value = Float.parseFloat(new String(text, from, to - from, StandardCharsets.US_ASCII));
    if (Float.isInfinite(value)) {
      throw new NumberFormatException("beyond the range of a float");
    }
    return value;
  }
}
