package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads files with one series a line; they know no time. Not thread-safe.
 *
 * <pre>
 *   UEA .ts      header lines that begin with @, then v,v,…:v,v,…:label     a channel between colons
 *   UCR .tsv     label ⇥ v ⇥ v …                                           one channel
 *   matrix       v v v … or v,v,v …, and a file of labels, one a line       one channel or several
 * </pre>
 *
 * <p>A value may be missing ({@code ?}, {@code NaN} or nothing), a label too ({@code ?} or
 * nothing).
 */
final class SeriesParser {
  /** What the channel of a file with only one is called. */
  static final String VALUE = "value";

  private static final String DATA = "@data";

  private final String file;
  private final TextPool labels;
  private final Faults faults;
  private final ByteLines lines;
  private final SeriesValues values = new SeriesValues();
  private byte[] bytes;

  /**
   * For one file.
   *
   * @param file its name, for messages
   * @param in its content, not compressed
   * @param labels keeps the labels
   * @param faults receives what is wrong
   */
  SeriesParser(String file, InputStream in, TextPool labels, Faults faults) {
    this.file = file;
    this.lines = new ByteLines(in);
    this.labels = labels;
    this.faults = faults;
  }

  /**
   * Reads a UEA file to its end.
   *
   * @param series receives them
   * @return the channels; null if there is no series
   * @throws CommandFailure if the header cannot be used
   * @throws IOException if the content cannot be read
   */
  List<String> parseTs(SeriesCollector series) throws IOException {
    boolean labelled = readTsHeader();
    while (faults.wantsMore() && lines.next()) {
      bytes = lines.bytes();
      if (bytes[lines.begin()] == '#') {
        continue;
      }
      series.next();
      try {
        readTs(labelled, series);
      } catch (LineFault fault) {
        faults.add(fault);
      }
    }
    return series.channels("c1");
  }

  private void readTs(boolean labelled, SeriesCollector series) throws LineFault {
    List<float[]> dimensions = new ArrayList<>();
    String label = null;
    int from = lines.begin();
    if (labelled && indexOf(':', from, lines.end()) == lines.end()) {
      throw new LineFault(
          FaultKind.SHAPE,
          place(),
          "there is no colon; expected the values, a colon and the label, as the header says");
    }
    while (from <= lines.end()) {
      int to = indexOf(':', from, lines.end());
      if (labelled && to == lines.end()) {
        label = label(from, to);
      } else {
        dimensions.add(values.read(bytes, from, to, ',', place()));
      }
      from = to + 1;
    }
    series.add(dimensions, label, place());
  }

  private boolean readTsHeader() throws IOException {
    boolean labelled = false;
    while (lines.next()) {
      bytes = lines.bytes();
      String line = trimmed(lines.begin(), lines.end());
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith(DATA)) {
        return labelled;
      }
      if (lower.startsWith("@classlabel")) {
        labelled = lower.contains("true");
      } else if (lower.startsWith("@timestamps") && lower.contains("true")) {
        throw new CommandFailure(
            place()
                + ": series with timestamps are not read; expected '@timeStamps false'. Convert them"
                + " to a long CSV");
      } else if (!lower.startsWith("@") && !lower.startsWith("#")) {
        throw new CommandFailure(
            place()
                + ": '"
                + LineFault.shown(line)
                + "' is no header; expected one that begins with @. Correct or remove the line");
      }
    }
    throw new CommandFailure(
        file + " has a header but no " + DATA + "; expected it, and a series a line behind it");
  }

  /**
   * Reads a UCR file to its end.
   *
   * @param series receives them
   * @return the channels; null if there is no series
   * @throws IOException if the content cannot be read
   */
  List<String> parseTsv(SeriesCollector series) throws IOException {
    while (faults.wantsMore() && lines.next()) {
      bytes = lines.bytes();
      series.next();
      try {
        readTsv(series);
      } catch (LineFault fault) {
        faults.add(fault);
      }
    }
    return series.channels(VALUE);
  }

  private void readTsv(SeriesCollector series) throws LineFault {
    int tab = indexOf('\t', lines.begin(), lines.end());
    if (tab == lines.end()) {
      throw new LineFault(
          FaultKind.SHAPE,
          place(),
          "there is no tab; expected the label and the values, separated by tabs");
    }
    float[] row = values.read(bytes, tab + 1, lines.end(), '\t', place());
    series.add(List.of(row), label(lines.begin(), tab), place());
  }

  /**
   * Reads a file of values to its end.
   *
   * @return the series, in order, all of one length; null elements: a line that cannot be used
   * @throws IOException if the content cannot be read
   */
  List<float[]> parseMatrix() throws IOException {
    List<float[]> rows = new ArrayList<>();
    int length = -1;
    while (faults.wantsMore() && lines.next()) {
      bytes = lines.bytes();
      float[] row = null;
      try {
        float[] read = values.read(bytes, lines.begin(), lines.end(), separator(), place());
        length = length < 0 ? read.length : length;
        if (read.length != length) {
          throw new LineFault(
              FaultKind.SHAPE,
              place(),
              "there are "
                  + read.length
                  + " values; the lines before have "
                  + length
                  + ", and a short series is filled up with NaN");
        }
        row = read;
      } catch (LineFault fault) {
        faults.add(fault);
      }
      rows.add(row);
    }
    return rows;
  }

  private char separator() {
    for (char candidate : new char[] {',', ';'}) {
      if (indexOf(candidate, lines.begin(), lines.end()) < lines.end()) {
        return candidate;
      }
    }
    return SeriesValues.WHITE_SPACE;
  }

  /** Reads a file of labels, one a line; null elements: an empty line. */
  List<String> parseLabels() throws IOException {
    List<String> read = new ArrayList<>();
    while (lines.nextEvenIfEmpty()) {
      bytes = lines.bytes();
      read.add(label(lines.begin(), lines.end()));
    }
    return read;
  }

  private int indexOf(char wanted, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  /** What a label's place says; null: nothing. */
  private String label(int from, int to) {
    String text = trimmed(from, to);
    return text.isEmpty() || text.equals("?") ? null : text;
  }

  private String trimmed(int from, int to) {
    int begin = from;
    int end = to;
    while (begin < end && SeriesValues.isSpace(bytes[begin])) {
      begin++;
    }
    while (end > begin && SeriesValues.isSpace(bytes[end - 1])) {
      end--;
    }
    return labels.string(bytes, begin, end);
  }

  private String place() {
    return file + " line " + lines.number();
  }
}
