package dev.whisker.sandbox.watch;

import dev.whisker.classifier.cli.Terminal;
import java.nio.charset.Charset;

/**
 * How a {@link PredictionTable} looks.
 *
 * @param rows most devices that have a row of their own
 * @param columns most characters of a line
 * @param isColored whether classes have colors, by ANSI escape sequences
 * @param bars the characters of a sparkline, from lowest to highest
 */
record TableStyle(int rows, int columns, boolean isColored, String bars) {
  /** The width that every terminal has at least. */
  static final int LEAST_COLUMNS = 80;

  /** Bars of eight heights. */
  static final String BLOCKS = "▁▂▃▄▅▆▇█";

  /** The same for those who can only read ASCII. */
  static final String DIGITS = "12345678";

  /** Lines of a table that are not a device's: its head and its foot. */
  private static final int OTHER_LINES = 5;

  private static final int LEAST_ROWS = 3;

  /**
   * What a terminal can show. Classes have no colors where {@code NO_COLOR} is set, as no-color.org
   * asks for.
   */
  static TableStyle of(Terminal terminal) {
    String noColor = System.getenv("NO_COLOR");
    String encoding = System.getProperty("native.encoding", "UTF-8");
    return new TableStyle(
        Math.max(LEAST_ROWS, terminal.rows() - OTHER_LINES),
        Math.max(LEAST_COLUMNS, terminal.columns()),
        noColor == null || noColor.isEmpty(),
        Charset.forName(encoding).newEncoder().canEncode(BLOCKS) ? BLOCKS : DIGITS);
  }
}
