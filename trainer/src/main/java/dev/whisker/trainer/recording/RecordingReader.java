package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads recordings from files, plain or gzipped, or from folders of them at any depth. What a file
 * is, its content says ({@link FileKind}).
 *
 * <p><b>Long CSV</b>: one sample a line behind a header.
 *
 * <pre>
 *   device,time_ms,x,y,z,label
 *   fan-1,1546300800000,1.004,0.09,-0.125,healthy
 * </pre>
 *
 * <p>Columns are known by their names, in any order: {@code device} (without it the file is one
 * device's, named after the file), one of {@code time} (ISO-8601, or a number of milliseconds),
 * {@code time_s}, {@code time_ms}, {@code time_us} (since the epoch, fractions allowed), {@code
 * label} (optional, and empty where nothing is known); every other column is a channel. Where there
 * is no label column and the files lie in two or more folders within the one that was given, the
 * folder's name is the label. Lines without a comma are separated by white space.
 *
 * <p><b>A series a line</b>: see {@link SeriesParser}. Matrices in one folder are its channels,
 * named after their files, with one {@code labels.txt} for all.
 */
public final class RecordingReader {
  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x8b1f;

  private final Map<String, RecordingBuilder> builders = new TreeMap<>();
  private final Map<String, Path> implied = new HashMap<>();
  private final TextPool texts = new TextPool();
  private List<String> channels;
  private boolean series;
  private boolean continuous;

  private RecordingReader() {}

  /**
   * Reads all files. Samples of one device may come from several files and in any order, but from
   * one file at a time.
   *
   * @throws CommandFailure with file, line and column of what is wrong
   */
  public static Recordings read(List<Path> paths) {
    RecordingReader reader = new RecordingReader();
    for (Path path : paths) {
      reader.readAll(path);
    }
    if (reader.builders.isEmpty()) {
      throw new CommandFailure(
          "There is no sample in " + paths + "; expected a line for each behind the header");
    }
    return Recordings.of(
        reader.channels,
        reader.builders.values().stream().map(RecordingBuilder::build).toList(),
        reader.series && !reader.continuous);
  }

  private void readAll(Path path) {
    List<Path> files = files(path);
    boolean foldersAreLabels = foldersAreLabels(path, files);
    Map<Path, List<Path>> matrices = new TreeMap<>();
    for (Path file : files) {
      FileKind kind = kind(file);
      if (kind == FileKind.MATRIX) {
        matrices.computeIfAbsent(FileKind.labelsOf(file), labels -> new ArrayList<>()).add(file);
      } else {
        readFile(
            kind,
            path,
            file,
            foldersAreLabels ? path.relativize(file).getName(0).toString() : null);
      }
    }
    matrices.forEach(this::readMatrices);
  }

  private void readFile(FileKind kind, Path path, Path file, String label) {
    String name = impliedDevice(path, file);
    try (InputStream in = open(file)) {
      if (kind == FileKind.LONG_CSV) {
        CsvParser parser =
            new CsvParser(file.toString(), in, name, label, channels, texts, builders);
        channels = parser.parse();
        continuous = true;
        if (!parser.hasDevices()) {
          requireOther(implied.put(name, file), file, name);
        }
      } else {
        requireOther(implied.put(name, file), file, name);
        SeriesParser parser = new SeriesParser(file.toString(), in, name, texts, builders);
        requireSame(file, kind == FileKind.TS ? parser.parseTs() : parser.parseTsv());
        series = true;
      }
      builders.values().forEach(builder -> builder.fileEnds(file.toString()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Reads the matrices of one folder, each a channel of the same series. */
  private void readMatrices(Path labelFile, List<Path> files) {
    List<String> labels = parsed(labelFile, SeriesParser::parseLabels);
    List<List<float[]>> matrices = new ArrayList<>();
    for (Path file : files) {
      List<float[]> rows = parsed(file, SeriesParser::parseMatrix);
      if (rows.size() != labels.size()) {
        throw new CommandFailure(
            file
                + " has "
                + rows.size()
                + " series and "
                + labelFile
                + " "
                + labels.size()
                + " labels; expected one a line for each");
      }
      matrices.add(rows);
    }
    List<String> names = files.stream().map(file -> impliedDevice(file, file)).toList();
    requireSame(labelFile, names);
    series = true;
    String device = String.valueOf(labelFile.toAbsolutePath().getParent().getFileName());
    requireOther(implied.put(device, labelFile), labelFile, device);
    for (int n = 0; n < labels.size(); n++) {
      List<float[]> series = new ArrayList<>();
      for (int f = 0; f < files.size(); f++) {
        float[] row = matrices.get(f).get(n);
        if (f > 0 && row.length != series.get(0).length) {
          throw new CommandFailure(
              files.get(f)
                  + " line "
                  + (n + 1)
                  + ": there are "
                  + row.length
                  + " values; "
                  + files.get(0)
                  + " has "
                  + series.get(0).length
                  + ". Give channels of the same length");
        }
        series.add(row);
      }
      SeriesParser.addSeries(SeriesParser.device(device, n + 1), series, labels.get(n), builders);
    }
  }

  private <T> T parsed(Path file, Parsing<T> parsing) {
    try (InputStream in = open(file)) {
      return parsing.of(new SeriesParser(file.toString(), in, "", texts, builders));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** One way to parse a file. */
  private interface Parsing<T> {
    T of(SeriesParser parser) throws IOException;
  }

  private void requireSame(Path file, List<String> found) {
    if (channels != null && !channels.equals(found)) {
      throw new CommandFailure(
          file
              + ": the channels are "
              + found
              + "; the files before it have "
              + channels
              + ". Give files with the same channels");
    }
    channels = found;
  }

  private static FileKind kind(Path file) {
    try (InputStream in = open(file)) {
      byte[] beginning = new byte[FileKind.LOOKED_AT];
      return FileKind.of(file, beginning, in.readNBytes(beginning, 0, beginning.length));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static CommandFailure unreadable(Path file, IOException e) {
    return e instanceof NoSuchFileException
        ? new CommandFailure(
            "There are no recordings " + file + ": no such file or folder. Check --data", e)
        : new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
  }

  /** Whether the files lie in two or more folders within the given one, and all of them do. */
  private static boolean foldersAreLabels(Path given, List<Path> files) {
    Set<Path> folders = new HashSet<>();
    for (Path file : files) {
      if (given.equals(file) || given.relativize(file).getNameCount() < 2) {
        return false;
      }
      folders.add(given.relativize(file).getName(0));
    }
    return folders.size() > 1;
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(file -> FileKind.isRecording(file) && Files.isRegularFile(file))
          .sorted()
          .forEach(files::add);
    } catch (IOException e) {
      throw new CommandFailure("The folder " + path + " cannot be read: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new CommandFailure(
          "The folder "
              + path
              + " has no recordings; expected .csv, .ts or .tsv files in it, or .txt beside a labels.txt");
    }
    return files;
  }

  /** The file's path in the folder that was given, without its extension. */
  private static String impliedDevice(Path given, Path file) {
    Path name = given.equals(file) ? file.getFileName() : given.relativize(file);
    return name.toString()
        .replace('\\', '/')
        .replaceFirst("(?i)(\\.(csv|ts|tsv|txt))?(\\.gz)?$", "");
  }

  private static void requireOther(Path before, Path file, String device) {
    if (before != null) {
      throw new CommandFailure(
          before
              + " and "
              + file
              + " have no device column and would both be device '"
              + device
              + "'. Rename one, or give the folder above them");
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    in.mark(2);
    int magic = in.read() | in.read() << 8;
    in.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(in, BUFFER) : in;
  }
}
