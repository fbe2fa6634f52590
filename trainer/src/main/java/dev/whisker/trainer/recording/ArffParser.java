package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one {@code .arff} file with a series a line, as UCR and UEA publish them (<a
 * href="https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/">format</a>). Not
 * thread-safe.
 *
 * <pre>
 *   one channel        {@literal @}attribute t0 numeric               several    {@literal @}attribute x relational
 *                      {@literal @}attribute t1 numeric                            {@literal @}attribute t0 numeric …
 *                      {@literal @}attribute class {a,b}                         {@literal @}end x
 *                      {@literal @}data                                          {@literal @}attribute class {a,b}
 *                      0.5,?,a                                     {@literal @}data
 *                                                                  '0.5,0.25\n1,?',a
 * </pre>
 *
 * <p>Numeric attributes are one channel's values, one after the other; in a relational attribute
 * each line is a channel, and {@code \n} separates them. A value may be missing ({@code ?}), a
 * label too.
 */
final class ArffParser {
  /** What such a file begins with, behind comments. */
  static final String RELATION = "@relation";

  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "@attribute\\s+('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)\\s*(\\S.*)",
          Pattern.CASE_INSENSITIVE);

  private final String file;
  private final RecordingLayout layout;
  private final TextPool labels;
  private final Faults faults;
  private final ByteLines lines;
  private final SeriesValues values = new SeriesValues();
  private final List<Attribute> attributes = new ArrayList<>();
  private int labelled = -1;
  private byte[] bytes;
  private int from;
  private int fieldEnd;
  private int to;

  /**
   * For one file.
   *
   * @param file its name, for messages
   * @param in its content, not compressed
   * @param layout names the label's attribute
   * @param labels keeps the labels
   * @param faults receives what is wrong
   */
  ArffParser(String file, InputStream in, RecordingLayout layout, TextPool labels, Faults faults) {
    this.file = file;
    this.lines = new ByteLines(in);
    this.layout = layout;
    this.labels = labels;
    this.faults = faults;
  }

  /** What an attribute holds. */
  private enum Type {
    NUMERIC,
    NOMINAL,
    RELATIONAL,
    OTHER;

    static Type of(String declared) {
      String type = declared.toLowerCase(Locale.ROOT);
      if (type.startsWith("{")) {
        return NOMINAL;
      }
      return type.startsWith("numeric") || type.startsWith("real") || type.startsWith("integer")
          ? NUMERIC
          : type.startsWith("relational") ? RELATIONAL : OTHER;
    }
  }

  /** A column of the data. */
  private record Attribute(String name, Type type) {}

  /**
   * Reads the file to its end.
   *
   * @param series receives them
   * @return the channels; null if there is no series
   * @throws CommandFailure if the header cannot be used
   * @throws IOException if the content cannot be read
   */
  List<String> parse(SeriesCollector series) throws IOException {
    readHeader();
    labelled = labelAttribute();
    while (faults.wantsMore() && lines.next()) {
      bytes = lines.bytes();
      if (bytes[lines.begin()] == '%') {
        continue;
      }
      series.next();
      try {
        readSeries(series);
      } catch (LineFault fault) {
        faults.add(fault);
      }
    }
    return series.channels(SeriesParser.VALUE);
  }

  private void readHeader() throws IOException {
    String relation = null;
    while (lines.next()) {
      String line =
          new String(
                  lines.bytes(), lines.begin(), lines.end() - lines.begin(), StandardCharsets.UTF_8)
              .strip();
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("@data")) {
        return;
      }
      if (lower.startsWith("@attribute")) {
        Matcher matcher = ATTRIBUTE.matcher(line);
        if (!matcher.matches()) {
          throw header("'" + LineFault.shown(line) + "' is no attribute; expected name and type");
        }
        Attribute attribute = new Attribute(unquoted(matcher.group(1)), Type.of(matcher.group(2)));
        if (relation == null) {
          attributes.add(attribute);
          relation = attribute.type() == Type.RELATIONAL ? attribute.name() : null;
        }
      } else if (lower.startsWith("@end")) {
        relation = null;
      } else if (!line.isEmpty() && !line.startsWith("%") && !lower.startsWith(RELATION)) {
        throw header(
            "'"
                + LineFault.shown(line)
                + "' is no header; expected "
                + RELATION
                + ", @attribute or @data");
      }
    }
    throw new CommandFailure(
        file + " has a header but no @data; expected it, and a series a line behind it");
  }

  private CommandFailure header(String what) {
    return new CommandFailure(place() + ": " + what + ". Correct or remove the line");
  }

  private static String unquoted(String name) {
    boolean quoted = name.startsWith("'") || name.startsWith("\"");
    return quoted ? name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1") : name;
  }

  /** The index of the attribute that is the label; -1: there is none. */
  private int labelAttribute() {
    int found = -1;
    for (int i = 0; i < attributes.size(); i++) {
      Attribute attribute = attributes.get(i);
      if (layout.labelColumn() != null
          ? attribute.name().equals(layout.labelColumn())
          : attribute.type() == Type.NOMINAL) {
        found = i;
      }
    }
    if (found < 0 && layout.labelColumn() != null) {
      throw new CommandFailure(
          file
              + " has no attribute '"
              + layout.labelColumn()
              + "'; its last one is '"
              + (attributes.isEmpty() ? "" : attributes.get(attributes.size() - 1).name())
              + "'. Correct --label-column");
    }
    return found;
  }

  private void readSeries(SeriesCollector series) throws LineFault {
    if (bytes[lines.begin()] == '{') {
      throw shape("sparse data in braces are not read; expected a value for every attribute");
    }
    float[] flat = {};
    List<float[]> dimensions = new ArrayList<>();
    String label = null;
    // Numbers that stand side by side are read in one go.
    int numbers = -1;
    to = lines.begin() - 1;
    for (int i = 0; i < attributes.size(); i++) {
      if (to >= lines.end()) {
        throw wrongNumberOfValues(i);
      }
      int begin = to + 1;
      nextField();
      Type type = attributes.get(i).type();
      boolean isNumber = i != labelled && type == Type.NUMERIC;
      if (isNumber && numbers < 0) {
        numbers = begin;
      }
      if (numbers >= 0 && (!isNumber || i == attributes.size() - 1)) {
        flat = joined(flat, values.read(bytes, numbers, isNumber ? to : begin - 1, ',', place()));
        numbers = -1;
      }
      if (i == labelled) {
        label =
            SeriesValues.isMissing(bytes, from, fieldEnd)
                ? null
                : labels.string(bytes, from, fieldEnd);
      } else if (type == Type.RELATIONAL) {
        addDimensions(dimensions);
      }
    }
    if (to < lines.end()) {
      throw wrongNumberOfValues(attributes.size() + 1);
    }
    series.add(dimensions.isEmpty() ? List.of(flat) : dimensions, label, place());
  }

  /** Moves to the field after the comma at {@link #to}, without spaces and quotes around it. */
  private void nextField() throws LineFault {
    int end = lines.end();
    int at = to + 1;
    while (at < end && SeriesValues.isSpace(bytes[at])) {
      at++;
    }
    if (at < end && (bytes[at] == '\'' || bytes[at] == '"')) {
      byte quote = bytes[at];
      from = ++at;
      while (at < end && bytes[at] != quote) {
        at += bytes[at] == '\\' ? 2 : 1;
      }
      if (at >= end) {
        throw new LineFault(
            FaultKind.QUOTES,
            place(),
            "a quote is never closed; expected both quotes of a value in one line");
      }
      fieldEnd = at++;
      while (at < end && SeriesValues.isSpace(bytes[at])) {
        at++;
      }
      if (at < end && bytes[at] != ',') {
        throw new LineFault(
            FaultKind.QUOTES, place(), "text follows a closing quote; expected a comma");
      }
      to = at;
      return;
    }
    from = at;
    while (at < end && bytes[at] != ',') {
      at++;
    }
    to = at;
    while (at > from && SeriesValues.isSpace(bytes[at - 1])) {
      at--;
    }
    fieldEnd = at;
  }

  /** The lines of a relational value, each a channel. */
  private void addDimensions(List<float[]> dimensions) throws LineFault {
    int begin = from;
    for (int at = from; at < fieldEnd; at++) {
      if (bytes[at] == '\\' && at + 1 < fieldEnd && bytes[at + 1] == 'n') {
        dimensions.add(values.read(bytes, begin, at, ',', place()));
        begin = at + 2;
        at++;
      }
    }
    if (begin < fieldEnd) {
      dimensions.add(values.read(bytes, begin, fieldEnd, ',', place()));
    }
  }

  private static float[] joined(float[] first, float[] second) {
    float[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private LineFault wrongNumberOfValues(int found) {
    return shape(
        "there are "
            + (found > attributes.size() ? "more than " + attributes.size() : found)
            + " values; the header has "
            + attributes.size()
            + " attributes");
  }

  private LineFault shape(String what) {
    return new LineFault(FaultKind.SHAPE, place(), what);
  }

  private String place() {
    return file + " line " + lines.number();
  }
}
