package dev.whisker.trainer.recording;

import java.nio.charset.StandardCharsets;

/**
 * A line of recordings cannot be used. Carries no stack trace: bad lines are expected, and there
 * may be many.
 */
final class LineFault extends Exception {
  private static final long serialVersionUID = 1;
  private static final int MOST_SHOWN = 40;

  private final FaultKind kind;

  /**
   * A fault.
   *
   * @param kind what it is counted as
   * @param place file, line and column
   * @param what was found there and what was expected
   */
  LineFault(FaultKind kind, String place, String what) {
    super(place + ": " + what, null, false, false);
    this.kind = kind;
  }

  /** What it is counted as. */
  FaultKind kind() {
    return kind;
  }

  /** The beginning of a text in UTF-8, for messages; what cannot be printed is a dot. */
  static String shown(byte[] bytes, int from, int to) {
    return shown(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  /** The beginning of a text, for messages; what cannot be printed is a dot. */
  static String shown(String text) {
    String printable = printable(text);
    return printable.length() <= MOST_SHOWN ? printable : printable.substring(0, MOST_SHOWN) + "…";
  }

  /** A text for a terminal: what cannot be printed is a dot. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\uFFFD]", "·");
  }
}
