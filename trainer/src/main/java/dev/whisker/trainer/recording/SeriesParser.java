package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads files with one series a line, each of which becomes a device of its own, named after the
 * file and the number of the series. They know no time: a second lies between two samples, from
 * 1970 on. Not thread-safe.
 *
 * <pre>
 *   UEA .ts      header lines that begin with @, then v,v,…:v,v,…:label     a channel between colons
 *   UCR .tsv     label ⇥ v ⇥ v …                                           one channel
 *   matrix       v v v … or v,v,v …, and a file of labels, one a line       one channel
 * </pre>
 *
 * <p>In a {@code .ts} file a value may be missing ({@code ?}); such a sample is left out.
 */
final class SeriesParser {
  private static final long PERIOD_MICROS = 1_000_000;
  private static final String VALUE = "value";
  private static final String DATA = "@data";
  private static final int MOST_SHOWN = 40;

  private final String file;
  private final String name;
  private final TextPool texts;
  private final Map<String, RecordingBuilder> builders;
  private final ByteLines lines;
  private byte[] bytes;
  private float[] values = new float[256];
  private int count;
  private int series;

  /**
   * For one file.
   *
   * @param file its name, for messages
   * @param in its content, not compressed
   * @param name what its devices' names begin with
   * @param texts keeps the labels
   * @param builders receives the samples, by device
   */
  SeriesParser(
      String file,
      InputStream in,
      String name,
      TextPool texts,
      Map<String, RecordingBuilder> builders) {
    this.file = file;
    this.lines = new ByteLines(in);
    this.name = name;
    this.texts = texts;
    this.builders = builders;
  }

  /**
   * Reads a UEA file to its end.
   *
   * @return the channels, {@code c1} and so on
   * @throws CommandFailure naming file and line of the first fault
   * @throws IOException if the content cannot be read
   */
  List<String> parseTs() throws IOException {
    boolean labelled = readTsHeader();
    int channels = 0;
    while (lines.next()) {
      bytes = lines.bytes();
      if (bytes[lines.begin()] == '#') {
        continue;
      }
      List<float[]> dimensions = new ArrayList<>();
      int from = lines.begin();
      String label = null;
      while (from <= lines.end()) {
        int to = indexOf(':', from, lines.end());
        if (labelled && to == lines.end()) {
          label = trimmed(from, to);
        } else {
          readValues(from, to, ',');
          dimensions.add(Arrays.copyOf(values, count));
        }
        from = to + 1;
      }
      if (channels == 0) {
        channels = dimensions.size();
      }
      add(dimensions, channels, label == null || label.isEmpty() ? null : label);
    }
    return IntStream.rangeClosed(1, channels).mapToObj(c -> "c" + c).toList();
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
        throw fault("series with timestamps are not read; expected '@timeStamps false'");
      } else if (!lower.startsWith("@") && !lower.startsWith("#")) {
        throw fault("'" + shown(line) + "' is no header; expected one that begins with @");
      }
    }
    throw new CommandFailure(
        file + " has a header but no " + DATA + "; expected it, and a series a line behind it");
  }

  /**
   * Reads a UCR file to its end.
   *
   * @return the channel
   * @throws CommandFailure naming file and line of the first fault
   * @throws IOException if the content cannot be read
   */
  List<String> parseTsv() throws IOException {
    while (lines.next()) {
      bytes = lines.bytes();
      int tab = indexOf('\t', lines.begin(), lines.end());
      if (tab == lines.end()) {
        throw fault("there is no tab; expected the label and the values, separated by tabs");
      }
      readValues(tab + 1, lines.end(), '\t');
      add(List.of(Arrays.copyOf(values, count)), 1, trimmed(lines.begin(), tab));
    }
    return List.of(VALUE);
  }

  /**
   * Reads a file of values to its end.
   *
   * @return the series, in order
   * @throws CommandFailure naming file and line of the first fault
   * @throws IOException if the content cannot be read
   */
  List<float[]> parseMatrix() throws IOException {
    List<float[]> rows = new ArrayList<>();
    while (lines.next()) {
      bytes = lines.bytes();
      boolean commas = indexOf(',', lines.begin(), lines.end()) < lines.end();
      readValues(lines.begin(), lines.end(), commas ? ',' : ' ');
      rows.add(Arrays.copyOf(values, count));
    }
    return rows;
  }

  /** Reads a file of labels, one a line. */
  List<String> parseLabels() throws IOException {
    List<String> labels = new ArrayList<>();
    while (lines.next()) {
      bytes = lines.bytes();
      labels.add(trimmed(lines.begin(), lines.end()));
    }
    return labels;
  }

  private void add(List<float[]> dimensions, int channels, String label) {
    if (dimensions.size() != channels) {
      throw fault(
          "there are " + dimensions.size() + " channels; the series before have " + channels);
    }
    int samples = dimensions.get(0).length;
    for (float[] dimension : dimensions) {
      if (dimension.length != samples) {
        throw fault("one channel has " + samples + " values and another one " + dimension.length);
      }
    }
    series++;
    addSeries(device(name, series), dimensions, label, builders);
  }

  /** The name of the device that a series becomes. */
  static String device(String name, int number) {
    return String.format(Locale.ROOT, "%s-%05d", name, number);
  }

  /**
   * Adds a series as a device; samples with a value that is missing are left out.
   *
   * @param dimensions the values of each channel
   */
  static void addSeries(
      String device,
      List<float[]> dimensions,
      String label,
      Map<String, RecordingBuilder> builders) {
    int channels = dimensions.size();
    float[] row = new float[channels];
    RecordingBuilder builder =
        builders.computeIfAbsent(device, id -> new RecordingBuilder(id, channels));
    for (int t = 0; t < dimensions.get(0).length; t++) {
      boolean complete = true;
      for (int c = 0; c < channels; c++) {
        row[c] = dimensions.get(c)[t];
        complete &= !Float.isNaN(row[c]);
      }
      if (complete) {
        builder.add(t * PERIOD_MICROS, row, label);
      }
    }
  }

  /** Reads numbers, NaN where one is missing; a space stands for any white space. */
  private void readValues(int from, int to, char separator) {
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
      if (begin < end || separator != ' ') {
        value(begin, end);
      }
      at++;
    }
  }

  private void value(int begin, int end) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    try {
      boolean missing = end - begin == 1 && bytes[begin] == '?';
      values[count++] = missing ? Float.NaN : FloatText.parse(bytes, begin, end);
    } catch (NumberFormatException e) {
      String text = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
      throw fault(
          "value "
              + count
              + " is '"
              + shown(text)
              + "'; expected a finite number such as 0.25, or ? where it is missing");
    }
  }

  private static boolean isSeparator(byte b, char separator) {
    return separator == ' ' ? isSpace(b) : b == separator;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private int indexOf(char wanted, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private String trimmed(int from, int to) {
    int begin = from;
    int end = to;
    while (begin < end && isSpace(bytes[begin])) {
      begin++;
    }
    while (end > begin && isSpace(bytes[end - 1])) {
      end--;
    }
    return texts.string(bytes, begin, end);
  }

  private static String shown(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  private CommandFailure fault(String what) {
    return new CommandFailure(
        file + " line " + lines.number() + ": " + what + ". Correct or remove the line");
  }
}
