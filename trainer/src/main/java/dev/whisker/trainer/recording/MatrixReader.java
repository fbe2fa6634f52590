package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the matrices of one folder, with one file of labels for all: each matrix is a channel of
 * the same series, named after its file, or the only one holds all channels side by side.
 *
 * <pre>
 *   x.txt  y.txt  labels.txt          ts.txt, --channels x,y           labels.txt
 *   1 2 3  4 5 6  on                  1 2 3 4 5 6                       on
 * </pre>
 *
 * Not thread-safe.
 */
final class MatrixReader {
  private final Path labelFile;
  private final List<Path> files;
  private final RecordingLayout layout;
  private final TextPool labels;
  private final Faults faults;

  /**
   * For one folder.
   *
   * @param labelFile has a label for each series
   * @param files one or more matrices beside it
   * @param layout names the channels
   * @param labels keeps the labels
   * @param faults receives what is wrong
   */
  MatrixReader(
      Path labelFile, List<Path> files, RecordingLayout layout, TextPool labels, Faults faults) {
    this.labelFile = labelFile;
    this.files = List.copyOf(files);
    this.layout = layout;
    this.labels = labels;
    this.faults = faults;
  }

  /** What the series' devices are called, before their number. */
  String device() {
    return String.valueOf(labelFile.toAbsolutePath().normalize().getParent().getFileName());
  }

  /**
   * Reads all.
   *
   * @param builders receives the samples, by device
   * @return the channels
   * @throws CommandFailure if matrices and labels do not belong together
   */
  List<String> read(Map<String, RecordingBuilder> builders) {
    if (!Files.isRegularFile(labelFile)) {
      throw new CommandFailure(
          "There is no "
              + labelFile
              + ", which has the labels of the series in "
              + files.get(0)
              + ". Put it there, one label a line");
    }
    List<String> names = names();
    List<List<float[]>> matrices = new ArrayList<>();
    for (Path file : files) {
      matrices.add(parsed(file, SeriesParser::parseMatrix));
      faults.requireNone();
    }
    List<String> truths = labels(parsed(labelFile, SeriesParser::parseLabels), matrices);
    SeriesCollector series =
        new SeriesCollector(labelFile.toString(), device(), layout, builders, faults);
    for (int n = 0; n < truths.size(); n++) {
      series.next();
      List<float[]> channels = channels(n, matrices, names);
      if (channels != null) {
        try {
          series.add(channels, truths.get(n), files.get(0) + " series " + (n + 1));
        } catch (LineFault fault) {
          faults.add(fault);
        }
      }
    }
    return names;
  }

  /** The channels' names, from what is said of them or from the files. */
  private List<String> names() {
    List<String> found = fileNames();
    int wanted = layout.wantedChannels();
    if (files.size() == 1) {
      boolean model = layout.unnamed() != null && !layout.unnamed().containsAll(found);
      return wanted > 0 ? layout.names(wanted) : model ? layout.unnamed() : found;
    }
    List<String> names = layout.channels() != null ? layout.channels() : found;
    if (!found.containsAll(names) || wanted > 0 && wanted != names.size()) {
      throw new CommandFailure(
          "The matrices beside "
              + labelFile
              + " are the channels "
              + found
              + "; --channels says "
              + (layout.channels() != null ? layout.channels() : wanted)
              + ". Name some of these, or give the one matrix that holds several");
    }
    return names;
  }

  private List<String> fileNames() {
    return files.stream().map(file -> RecordingFiles.withoutExtension(file.getFileName())).toList();
  }

  /** The labels of the series; empty lines are labels that are not known, or none at all. */
  private List<String> labels(List<String> lines, List<List<float[]>> matrices) {
    List<String> known = lines.stream().filter(Objects::nonNull).toList();
    for (int f = 0; f < matrices.size(); f++) {
      int series = matrices.get(f).size();
      if (series != known.size() && series != lines.size()) {
        throw new CommandFailure(
            files.get(f)
                + " has "
                + series
                + " series and "
                + labelFile
                + " "
                + known.size()
                + " labels; expected one a line for each. Add what is missing or remove what is too"
                + " much");
      }
    }
    return matrices.get(0).size() == known.size() ? known : lines;
  }

  /** The channels of a series; null: a line of it is bad. */
  private List<float[]> channels(int n, List<List<float[]>> matrices, List<String> names) {
    if (matrices.stream().anyMatch(matrix -> matrix.get(n) == null)) {
      return null;
    }
    if (files.size() > 1) {
      List<String> found = fileNames();
      return names.stream().map(name -> matrices.get(found.indexOf(name)).get(n)).toList();
    }
    float[] row = matrices.get(0).get(n);
    if (row.length % names.size() != 0) {
      throw new CommandFailure(
          files.get(0)
              + " has "
              + row.length
              + " columns; "
              + names.size()
              + " channels "
              + names
              + " of the same length side by side need a multiple of "
              + names.size()
              + ". Correct --channels, or the file");
    }
    int length = row.length / names.size();
    List<float[]> channels = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      channels.add(Arrays.copyOfRange(row, c * length, (c + 1) * length));
    }
    return channels;
  }

  private <T> T parsed(Path file, Parsing<T> parsing) {
    try (InputStream in = RecordingFiles.open(file)) {
      return parsing.of(new SeriesParser(file.toString(), in, labels, faults));
    } catch (IOException e) {
      throw RecordingFiles.unreadable(file, e);
    }
  }

  /** One way to parse a file. */
  private interface Parsing<T> {
    T of(SeriesParser parser) throws IOException;
  }
}
