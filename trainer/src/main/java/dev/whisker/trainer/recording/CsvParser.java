package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads one long CSV file: a header, then one sample a line. What separates fields, the header
 * says: the most frequent of comma, semicolon and tab in it, or any white space if there is none of
 * them; behind a header with commas, lines without any are separated by tabs or white space. Fields
 * may be quoted ({@code "a, b"}, with {@code ""} for a quote) but hold no line break. Makes no
 * object per line. Not thread-safe.
 */
final class CsvParser {
  /** What stands for a value that is not there. */
  private static final Set<String> MISSING = Set.of("", "nan", "na", "n/a", "null", "?", "-");

  private static final int DEVICE = -1;
  private static final int TIME = -2;
  private static final int LABEL = -3;
  private static final int IGNORED = -4;

  /** Longer than any gap that is filled. */
  private static final long PERIODS_BETWEEN_FILES = 2_000_000;

  private final String file;
  private final String impliedDevice;
  private final String impliedLabel;
  private final RecordingLayout layout;
  private final TextPool devices;
  private final TextPool labels;
  private final Map<String, RecordingBuilder> builders;
  private final Faults faults;
  private final ByteLines lines;
  private CsvHeader header;
  private List<String> channels;
  private byte separator;

  /** Any run of white space is one separator. */
  private boolean white;

  private byte[] bytes;
  private int from;
  private int fieldEnd;
  private int to;

  private int[] meanings;
  private float[] row;
  private String device;
  private String label;
  private long time;

  /**
   * For one file.
   *
   * @param file its name, for messages
   * @param in its content, not compressed
   * @param impliedDevice the device of a file without a device column
   * @param impliedLabel the label of a file without a label column; null: nothing is known
   * @param channels the channels that the file must have; null: it is the first one
   * @param layout names columns
   * @param devices keeps the devices' names
   * @param labels keeps the labels
   * @param builders receives the samples, by device
   * @param faults receives what is wrong
   */
  CsvParser(
      String file,
      InputStream in,
      String impliedDevice,
      String impliedLabel,
      List<String> channels,
      RecordingLayout layout,
      TextPool devices,
      TextPool labels,
      Map<String, RecordingBuilder> builders,
      Faults faults) {
    this.file = file;
    this.lines = new ByteLines(in);
    this.impliedDevice = impliedDevice;
    this.impliedLabel = impliedLabel;
    this.channels = channels;
    this.layout = layout;
    this.devices = devices;
    this.labels = labels;
    this.builders = builders;
    this.faults = faults;
  }

  /** Whether the header has a device column; known once the file is parsed. */
  boolean hasDevices() {
    return header.device() >= 0;
  }

  /**
   * Reads the file to its end.
   *
   * @return the channels, in the order of the samples' values
   * @throws CommandFailure if the header cannot be used
   * @throws IOException if the content cannot be read
   */
  List<String> parse() throws IOException {
    if (!lines.next()) {
      throw new CommandFailure(file + " is empty; a header and one sample a line are expected");
    }
    readHeader();
    meanings = meanings();
    row = new float[channels.size()];
    boolean begun = false;
    RecordingBuilder builder = null;
    String builderDevice = null;
    while (faults.wantsMore() && lines.next()) {
      bytes = lines.bytes();
      if (!begun) {
        begun = true;
        separatorOfLines();
      }
      try {
        readSample();
      } catch (LineFault fault) {
        // What is in the wrong column is no value because a field before it is missing.
        boolean shifted = fault.kind() != FaultKind.QUOTES && fields() != meanings.length;
        faults.add(shifted ? wrongNumberOfFields() : fault);
        continue;
      }
      if (faults.isFailing()) {
        continue;
      }
      if (builder == null || !device.equals(builderDevice)) {
        builderDevice = device;
        builder = builders.computeIfAbsent(device, d -> new RecordingBuilder(d, channels.size()));
      }
      builder.add(header.time() < 0 ? evenTime(builder) : time, row, label);
    }
    return channels;
  }

  private void readSample() throws LineFault {
    device = impliedDevice;
    label = header.label() < 0 ? impliedLabel : null;
    if (white) {
      separateByTabs();
    }
    int columns = meanings.length;
    to = lines.begin() - 1;
    for (int column = 0; column < columns; column++) {
      if (to >= lines.end()) {
        throw wrongNumberOfFields();
      }
      nextField();
      int meaning = meanings[column];
      if (meaning >= 0) {
        row[meaning] = value(column);
      } else if (meaning == TIME) {
        time = time(column);
      } else if (meaning == DEVICE) {
        device = devices.string(bytes, from, fieldEnd);
        if (device.isEmpty()) {
          throw fault(FaultKind.DEVICE, column, "the device is empty; expected its id");
        }
      } else if (meaning == LABEL && from < fieldEnd) {
        label = labels.string(bytes, from, fieldEnd);
      }
    }
    if (to < lines.end()) {
      throw wrongNumberOfFields();
    }
  }

  /** The time of a device's next sample where there is no time but a period. */
  private long evenTime(RecordingBuilder builder) {
    long index = builder.samples() + builder.files() * PERIODS_BETWEEN_FILES;
    return Math.round(index * layout.periodMicros());
  }

  private void readHeader() {
    bytes = lines.bytes();
    int begin = lines.begin();
    if (lines.end() - begin >= 3
        && bytes[begin] == (byte) 0xEF
        && bytes[begin + 1] == (byte) 0xBB
        && bytes[begin + 2] == (byte) 0xBF) {
      begin += 3;
    }
    separator = mostFrequent(begin, new byte[] {',', ';', '\t'});
    white = separator == 0;
    if (white) {
      separateByTabs();
      separator = '\t';
    }
    List<String> names = new ArrayList<>();
    to = begin - 1;
    try {
      while (to < lines.end()) {
        nextField();
        names.add(new String(bytes, from, fieldEnd - from, StandardCharsets.UTF_8));
      }
      header = CsvHeader.of(names, layout);
    } catch (LineFault e) {
      throw new CommandFailure(e.getMessage() + ". Correct the header", e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          file + " line " + lines.number() + ": " + LineFault.printable(e.getMessage()), e);
    }
    if (channels == null || layout.channels() != null) {
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
              + ". Give files with the same channels, or choose some with --channels");
    }
  }

  /** Behind a header with commas, the first line may have none. */
  private void separatorOfLines() {
    if (separator == ',' && meanings.length > 1) {
      byte found = mostFrequent(lines.begin(), new byte[] {',', '\t'});
      white = found == 0;
      separator = found == ',' ? found : (byte) '\t';
    }
  }

  /** Which of some bytes is most frequent in the line outside of quotes; 0: none is there. */
  private byte mostFrequent(int begin, byte[] candidates) {
    int[] counts = new int[candidates.length];
    boolean quoted = false;
    for (int i = begin; i < lines.end(); i++) {
      quoted ^= bytes[i] == '"';
      for (int c = 0; !quoted && c < candidates.length; c++) {
        counts[c] += bytes[i] == candidates[c] ? 1 : 0;
      }
    }
    int best = 0;
    for (int c = 1; c < counts.length; c++) {
      best = counts[c] > counts[best] ? c : best;
    }
    return counts[best] == 0 ? 0 : candidates[best];
  }

  /** Makes one tab of each run of white space between fields; what is quoted stays. */
  private void separateByTabs() {
    int begin = lines.begin();
    int end = lines.end();
    int write = begin;
    int at = begin;
    while (at < end) {
      while (at < end && isSpace(bytes[at])) {
        at++;
      }
      if (at < end && write > begin) {
        bytes[write++] = '\t';
      }
      boolean quoted = false;
      while (at < end && (quoted || !isSpace(bytes[at]))) {
        quoted ^= bytes[at] == '"';
        bytes[write++] = bytes[at++];
      }
    }
    lines.shorten(write);
  }

  /** Moves to the field after the separator at {@link #to}, without spaces and quotes around it. */
  private void nextField() throws LineFault {
    byte[] line = bytes;
    byte separating = separator;
    int end = lines.end();
    int begin = to + 1;
    int at = begin;
    while (at < end && line[at] != separating && line[at] != '"') {
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

  private void quotedField(int begin) throws LineFault {
    int end = lines.end();
    int at = begin;
    while (at < end && isSpace(bytes[at])) {
      at++;
    }
    if (bytes[at] != '"') {
      throw quotes("a quote stands inside a field; expected quotes around the whole field");
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
      throw quotes("a quote is never closed; expected both quotes of a field in one line");
    }
    fieldEnd = write;
    at++;
    while (at < end && bytes[at] != separator && isSpace(bytes[at])) {
      at++;
    }
    if (at < end && bytes[at] != separator) {
      throw quotes("text follows a closing quote; expected the next field");
    }
    to = at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /** For every column the place of its channel in a sample, or what else it is. */
  private int[] meanings() {
    int[] found = new int[header.names().size()];
    Arrays.fill(found, IGNORED);
    for (int c = 0; c < channels.size(); c++) {
      found[header.names().indexOf(channels.get(c))] = c;
    }
    set(found, header.device(), DEVICE);
    set(found, header.time(), TIME);
    set(found, header.label(), LABEL);
    return found;
  }

  private static void set(int[] meanings, int column, int meaning) {
    if (column >= 0) {
      meanings[column] = meaning;
    }
  }

  private float value(int column) throws LineFault {
    try {
      return FloatText.parse(bytes, from, fieldEnd);
    } catch (NumberFormatException e) {
      String text = new String(bytes, from, fieldEnd - from, StandardCharsets.UTF_8);
      throw fault(
          MISSING.contains(text.toLowerCase(Locale.ROOT)) ? FaultKind.MISSING : FaultKind.VALUE,
          column,
          "'" + LineFault.shown(text) + "' is no value; expected a finite number such as 0.25");
    }
  }

  private long time(int column) throws LineFault {
    try {
      return header.timeForm().micros(bytes, from, fieldEnd);
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      throw fault(
          FaultKind.TIME,
          column,
          "'"
              + LineFault.shown(bytes, from, fieldEnd)
              + "' is no time; expected one such as "
              + header.timeForm().example());
    }
  }

  private LineFault wrongNumberOfFields() {
    return new LineFault(
        FaultKind.SHAPE,
        file + " line " + lines.number(),
        "there are " + fields() + " fields; the header has " + meanings.length + " columns");
  }

  private int fields() {
    int fields = 1;
    boolean quoted = false;
    for (int i = lines.begin(); i < lines.end(); i++) {
      quoted ^= bytes[i] == '"';
      fields += !quoted && bytes[i] == separator ? 1 : 0;
    }
    return fields;
  }

  private LineFault fault(FaultKind kind, int column, String what) {
    return new LineFault(
        kind,
        file
            + " line "
            + lines.number()
            + ", column "
            + (column + 1)
            + " ("
            + header.names().get(column)
            + ")",
        what);
  }

  private LineFault quotes(String what) {
    return new LineFault(FaultKind.QUOTES, file + " line " + lines.number(), what);
  }
}
