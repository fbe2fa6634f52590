package dev.whisker.trainer.recording;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** How a file of recordings is laid out, told by what it begins with. */
enum FileKind {
  /** A header of column names, then one sample a line. */
  LONG_CSV,
  /** UEA's {@code .ts}. */
  TS,
  /** UCR's {@code .tsv}: a label, then values, separated by tabs. */
  TSV,
  /** A series a line, beside a file of labels. */
  MATRIX;

  /** The file beside a matrix, with a label for each of its lines. */
  static final String LABELS = "labels.txt";

  /** How much of a file's beginning is looked at. */
  static final int LOOKED_AT = 1 << 13;

  /** The kind of a file that begins with these bytes. */
  static FileKind of(Path file, byte[] beginning, int length) {
    String line = firstLine(new String(beginning, 0, length, StandardCharsets.ISO_8859_1));
    if (line.startsWith("@")) {
      return TS;
    }
    if (!isNumber(line.split("[,\\s]+", 2)[0])) {
      return LONG_CSV;
    }
    if (Files.isRegularFile(labelsOf(file))) {
      return MATRIX;
    }
    return line.indexOf('\t') > 0 ? TSV : LONG_CSV;
  }

  /** Where the labels of a matrix are. */
  static Path labelsOf(Path file) {
    return file.resolveSibling(LABELS);
  }

  /** Whether a file in a folder may be one of recordings, by its name. */
  static boolean isRecording(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    return !name.equals(LABELS)
        && (plain.endsWith(".csv")
            || plain.endsWith(".ts")
            || plain.endsWith(".tsv")
            || plain.endsWith(".txt") && Files.isRegularFile(labelsOf(file)));
  }

  /** The first line that is neither empty nor a comment, without white space around it. */
  private static String firstLine(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .orElse("");
  }

  private static boolean isNumber(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
