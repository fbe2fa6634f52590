package dev.whisker.trainer.recording;

import java.util.Arrays;

/** Numbers of a line as floats; those that are missing are NaN. Not thread-safe. */
final class SeriesValues {
  /** Any run of spaces and tabs separates. */
  static final char WHITE_SPACE = ' ';

  private float[] values = new float[256];
  private int count;

  /**
   * The numbers in a range of bytes. Missing are {@code ?}, {@code NaN} and nothing at all between
   * two separators.
   *
   * @param separator between two of them; {@link #WHITE_SPACE}: any white space
   * @param place file and line, for messages
   * @throws LineFault if one of them is no number
   */
  float[] read(byte[] bytes, int from, int to, char separator, String place) throws LineFault {
    count = 0;
    int at = from;
    while (at < to) {
      int begin = at;
      while (at < to && !isSeparator(bytes[at], separator)) {
        at++;
      }
      int end = at;
      while (begin < end && isSpace(bytes[begin])) {
        begin++;
      }
      while (end > begin && isSpace(bytes[end - 1])) {
        end--;
      }
      if (begin < end || separator != WHITE_SPACE) {
        add(bytes, begin, end, place);
      }
      at++;
    }
    return Arrays.copyOf(values, count);
  }

  private void add(byte[] bytes, int begin, int end, String place) throws LineFault {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    try {
      values[count++] =
          isMissing(bytes, begin, end) ? Float.NaN : FloatText.parse(bytes, begin, end);
    } catch (NumberFormatException e) {
      throw new LineFault(
          FaultKind.VALUE,
          place,
          "value "
              + count
              + " is '"
              + LineFault.shown(bytes, begin, end)
              + "'; expected a finite number such as 0.25, or ? where it is missing");
    }
  }

  /** Whether the bytes say that something is not known. */
  static boolean isMissing(byte[] bytes, int begin, int end) {
    int length = end - begin;
    return length == 0
        || length == 1 && bytes[begin] == '?'
        || length == 3
            && (bytes[begin] | 0x20) == 'n'
            && (bytes[begin + 1] | 0x20) == 'a'
            && (bytes[begin + 2] | 0x20) == 'n';
  }

  private static boolean isSeparator(byte b, char separator) {
    return separator == WHITE_SPACE ? isSpace(b) : b == separator;
  }

  /** Whether a byte is white space within a line. */
  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }
}
