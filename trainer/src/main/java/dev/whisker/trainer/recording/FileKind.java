package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** How a file of recordings is laid out, told by what it begins with. */
public enum FileKind {
  /** Long CSV: a header of column names, then one sample a line. */
  CSV,
  /** UEA's {@code .ts}. */
  TS,
  /** UCR's {@code .tsv}: a label, then values, separated by tabs. */
  TSV,
  /** Weka's {@code .arff}, as UEA and UCR publish it. */
  ARFF,
  /** A series a line, beside a file of labels. */
  MATRIX;

  /** The file beside a matrix, with a label for each of its lines. */
  static final String LABELS = "labels.txt";

  /** How much of a file's beginning is looked at: headers may begin with long comments. */
  static final int LOOKED_AT = 1 << 16;

  /**
   * The kind of a file that begins with these bytes.
   *
   * @param wanted what the user says that it is; null: nothing
   * @throws CommandFailure if it is no text, or begins with numbers that nothing explains
   */
  static FileKind of(Path file, byte[] beginning, int length, FileKind wanted) {
    requireText(file, beginning, length);
    if (wanted != null) {
      return wanted;
    }
    String line = firstLine(new String(beginning, 0, length, StandardCharsets.ISO_8859_1));
    if (line.startsWith("@")) {
      return line.toLowerCase(Locale.ROOT).startsWith(ArffParser.RELATION) ? ARFF : TS;
    }
    if (!isNumber(line.split("[,;\\s]+", 2)[0])) {
      // A header has no number behind its first column; a series has one behind its label.
      String[] fields = line.split("\t", 3);
      return fields.length > 1 && isNumber(fields[1]) ? TSV : CSV;
    }
    if (Files.isRegularFile(labelsOf(file))) {
      return MATRIX;
    }
    if (line.indexOf('\t') > 0) {
      return TSV;
    }
    throw new CommandFailure(
        file
            + " begins with numbers and has no header. If a line is a series, put "
            + LABELS
            + " with one label a line beside it (there is no "
            + labelsOf(file)
            + "); if a line is a sample, begin with a header such as device,time_ms,x,label");
  }

  private static void requireText(Path file, byte[] beginning, int length) {
    boolean utf16 = length >= 2 && (beginning[0] & 0xFF) + (beginning[1] & 0xFF) == 0xFF + 0xFE;
    for (int i = 0; i < length; i++) {
      boolean control = beginning[i] >= 0 && beginning[i] < ' ' && !isWhiteSpace(beginning[i]);
      if (utf16 || control) {
        throw new CommandFailure(
            file
                + " is no text: byte "
                + i
                + " is "
                + String.format(Locale.ROOT, "0x%02x", beginning[i])
                + (utf16 ? ", as in UTF-16" : "")
                + ". Recordings are text in UTF-8, gzipped or not; export or copy the file again");
      }
    }
  }

  private static boolean isWhiteSpace(byte b) {
    return b == '\t' || b == '\n' || b == '\r' || b == '\f';
  }

  /** Where the labels of a matrix are. */
  static Path labelsOf(Path file) {
    return file.resolveSibling(LABELS);
  }

  /** Whether a file in a folder may be one of recordings of a kind, by its name. */
  static boolean isRecording(Path file, FileKind wanted) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    if (name.equals(LABELS)) {
      return false;
    }
    // UEA and UCR publish the same series in several formats side by side.
    if (wanted == TS || wanted == TSV || wanted == ARFF) {
      return plain.endsWith("." + wanted.name().toLowerCase(Locale.ROOT));
    }
    return plain.endsWith(".csv")
        || plain.endsWith(".ts")
        || plain.endsWith(".tsv")
        || plain.endsWith(".arff")
        || plain.endsWith(".txt") && Files.isRegularFile(labelsOf(file));
  }

  /** The first line that is neither empty nor a comment, without white space around it. */
  private static String firstLine(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("%"))
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
