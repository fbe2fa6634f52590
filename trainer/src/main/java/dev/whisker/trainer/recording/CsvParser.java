package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads one long CSV file: a header, then one sample a line. Fields may be quoted ({@code "a, b"},
 * with {@code ""} for a quote) but hold no line break. Makes no object per line. Not thread-safe.
 */
final class CsvParser {
  private static final int MOST_SHOWN = 40;

  private final String file;
  private final String impliedDevice;
  private final String impliedLabel;
  private final TextPool texts;
  private final Map<String, RecordingBuilder> builders;
  private final ByteLines lines;
  private CsvHeader header;
  private List<String> channels;
  private byte[] bytes;
  private int from;
  private int fieldEnd;
  private int to;

  /**
   * For one file.
   *
   * @param file its name, for messages
   * @param in its content, not compressed
   * @param impliedDevice the device of a file without a device column
   * @param impliedLabel the label of a file without a label column; null: nothing is known
   * @param channels the channels that the file must have; null: it is the first one
   * @param texts keeps devices and labels
   * @param builders receives the samples, by device
   */
  CsvParser(
      String file,
      InputStream in,
      String impliedDevice,
      String impliedLabel,
      List<String> channels,
      TextPool texts,
      Map<String, RecordingBuilder> builders) {
    this.file = file;
    this.lines = new ByteLines(in);
    this.impliedDevice = impliedDevice;
    this.impliedLabel = impliedLabel;
    this.channels = channels;
    this.texts = texts;
    this.builders = builders;
  }

  /** Whether the header has a device column; known once the file is parsed. */
  boolean hasDevices() {
    return header.device() >= 0;
  }

  /**
   * Reads the file to its end.
   *
   * @return the channels, in the order of the samples' values
   * @throws CommandFailure naming file, line and column of the first fault
   * @throws IOException if the content cannot be read
   */
  List<String> parse() throws IOException {
    if (!lines.next()) {
      throw new CommandFailure(file + " is empty; a header and one sample a line are expected");
    }
    readHeader();
    int columns = header.names().size();
    int[] slot = slots();
    float[] row = new float[channels.size()];
    RecordingBuilder builder = null;
    String builderDevice = null;
    while (lines.next()) {
      bytes = lines.bytes();
      to = lines.begin() - 1;
      long time = 0;
      String device = impliedDevice;
      String label = header.label() < 0 ? impliedLabel : null;
      if (columns > 1) {
        separateByCommas();
      }
      for (int column = 0; column < columns; column++) {
        if (to >= lines.end()) {
          throw wrongNumberOfFields(columns);
        }
        nextField();
        if (slot[column] >= 0) {
          row[slot[column]] = value(column);
        } else if (column == header.time()) {
          time = time(column);
        } else if (column == header.device()) {
          device = texts.string(bytes, from, fieldEnd);
          if (device.isEmpty()) {
            throw fault(column, "the device is empty; expected its id");
          }
        } else if (from < fieldEnd) {
          label = texts.string(bytes, from, fieldEnd);
        }
      }
      if (to < lines.end()) {
        throw wrongNumberOfFields(columns);
      }
      if (builder == null || !device.equals(builderDevice)) {
        builderDevice = device;
        builder = builders.computeIfAbsent(device, d -> new RecordingBuilder(d, channels.size()));
      }
      builder.add(time, row, label);
    }
    return channels;
  }

  /** Turns white space into commas in a line that has none. */
  private void separateByCommas() {
    int begin = lines.begin();
    int end = lines.end();
    for (int i = begin; i < end; i++) {
      if (bytes[i] == ',') {
        return;
      }
    }
    int write = begin;
    int at = begin;
    while (at < end) {
      while (at < end && isSpace(bytes[at])) {
        at++;
      }
      if (at < end && write > begin) {
        bytes[write++] = ',';
      }
      while (at < end && !isSpace(bytes[at])) {
        bytes[write++] = bytes[at++];
      }
    }
    lines.shorten(write);
  }

  /** Moves to the field after the separator at {@link #to}, without spaces and quotes around it. */
  private void nextField() {
    byte[] line = bytes;
    int end = lines.end();
    int begin = to + 1;
    int at = begin;
    while (at < end && line[at] != ',' && line[at] != '"') {
      at++;
    }
    if (at < end && line[at] == '"') {
      quotedField(begin);
      return;
    }
    to = at;
    while (begin < at && isSpace(line[begin])) {
      begin++;
    }
    while (at > begin && isSpace(line[at - 1])) {
      at--;
    }
    from = begin;
    fieldEnd = at;
  }

  private void quotedField(int begin) {
    int end = lines.end();
    int at = begin;
    while (at < end && isSpace(bytes[at])) {
      at++;
    }
    if (bytes[at] != '"') {
      throw faultInLine("a quote stands inside a field; expected quotes around the whole field");
    }
    // Doubled quotes are undone in place: the text only becomes shorter.
    from = ++at;
    int write = at;
    while (at < end && (bytes[at] != '"' || (at + 1 < end && bytes[at + 1] == '"'))) {
      if (bytes[at] == '"') {
        at++;
      }
      bytes[write++] = bytes[at++];
    }
    if (at == end) {
      throw faultInLine("a quote is never closed; expected both quotes of a field in one line");
    }
    fieldEnd = write;
    at++;
    while (at < end && isSpace(bytes[at])) {
      at++;
    }
    if (at < end && bytes[at] != ',') {
      throw faultInLine("text follows a closing quote; expected a comma");
    }
    to = at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private void readHeader() {
    bytes = lines.bytes();
    to = lines.begin() - 1;
    if (lines.end() - lines.begin() >= 3
        && bytes[lines.begin()] == (byte) 0xEF
        && bytes[lines.begin() + 1] == (byte) 0xBB
        && bytes[lines.begin() + 2] == (byte) 0xBF) {
      to += 3;
    }
    List<String> names = new ArrayList<>();
    while (to < lines.end()) {
      nextField();
      names.add(new String(bytes, from, fieldEnd - from, StandardCharsets.UTF_8));
    }
    try {
      header = CsvHeader.of(names);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          file + " line " + lines.number() + ": " + e.getMessage() + ". Rename the columns", e);
    }
    if (channels == null) {
      channels = header.channels();
    } else if (!header.channels().containsAll(channels)
        || header.channels().size() != channels.size()) {
      throw new CommandFailure(
          file
              + " line "
              + lines.number()
              + ": the channels are "
              + header.channels()
              + "; the files before it have "
              + channels
              + ". Give files with the same channels");
    }
  }

  /** For every column its channel's place in a sample, or -1 if it is no channel. */
  private int[] slots() {
    int[] slots = new int[header.names().size()];
    for (int i = 0; i < slots.length; i++) {
      boolean channel = i != header.device() && i != header.time() && i != header.label();
      slots[i] = channel ? channels.indexOf(header.names().get(i)) : -1;
    }
    return slots;
  }

  private float value(int column) {
    try {
      return FloatText.parse(bytes, from, fieldEnd);
    } catch (NumberFormatException e) {
      throw fault(column, "'" + shown() + "' is no value; expected a finite number such as 0.25");
    }
  }

  private long time(int column) {
    try {
      return header.timeForm().micros(bytes, from, fieldEnd);
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      throw fault(
          column,
          "'" + shown() + "' is no time; expected one such as " + header.timeForm().example());
    }
  }

  private String shown() {
    String text = new String(bytes, from, fieldEnd - from, StandardCharsets.UTF_8);
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }

  private CommandFailure wrongNumberOfFields(int expected) {
    int fields = 1;
    for (int i = lines.begin(); i < lines.end(); i++) {
      fields += bytes[i] == ',' ? 1 : 0;
    }
    return faultInLine("there are " + fields + " fields; the header has " + expected + " columns");
  }

  private CommandFailure fault(int column, String what) {
    return new CommandFailure(
        file
            + " line "
            + lines.number()
            + ", column "
            + (column + 1)
            + " ("
            + header.names().get(column)
            + "): "
            + what
            + ". Correct or remove the line");
  }

  private CommandFailure faultInLine(String what) {
    return new CommandFailure(
        file + " line " + lines.number() + ": " + what + ". Correct or remove the line");
  }
}
