package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads recordings from files, plain or gzipped, from folders of them at any depth, or from a
 * {@link RecordingSource}. What a file is, its content says ({@link FileKind}), unless the user
 * does ({@link RecordingLayout}).
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
 * {@code time_s}, {@code time_ms}, {@code time_us}, {@code time_ns} (since the epoch, fractions
 * allowed), {@code label} (optional, and empty where nothing is known); every other column is a
 * channel. Where there is no label column and the files lie in two or more folders within the one
 * that was given, the folder's name is the label. What separates fields: see {@link CsvParser}.
 *
 * <p><b>A series a line</b>: see {@link SeriesParser}, {@link ArffParser} and {@link MatrixReader}.
 *
 * <p>Not thread-safe; reads once.
 */
public final class RecordingReader {
  /** Not a single letter, which is a drive. */
  private static final Pattern ADDRESS = Pattern.compile("([a-z][a-z0-9+.-]+):(.*)");

  private final RecordingLayout layout;
  private final Map<String, String> settings;
  private final Consumer<String> notes;
  private final Faults faults;
  private final TreeMap<String, RecordingBuilder> builders = new TreeMap<>();
  private final Map<String, Path> implied = new HashMap<>();
  private final Map<Path, List<Path>> matrices = new TreeMap<>();
  private final TextPool devices = new TextPool();
  private final TextPool labels = new TextPool();
  private List<String> channels;
  private boolean series;
  private boolean continuous;
  private Instant newest;
  private long newestMicros;

  /**
   * A reader that has read nothing.
   *
   * @param layout what the user says of the recordings
   * @param settings the settings of Kafka's clients, by Kafka's own keys
   * @param notes is told what was left out, for people
   */
  public RecordingReader(
      RecordingLayout layout, Map<String, String> settings, Consumer<String> notes) {
    this.layout = layout;
    this.settings = Map.copyOf(settings);
    this.notes = notes;
    this.faults = new Faults(layout.skipBad());
  }

  /**
   * Reads files and folders whose content says what they are.
   *
   * @throws CommandFailure with file, line and column of what is wrong
   */
  public static Recordings read(List<Path> paths) {
    return new RecordingReader(RecordingLayout.BY_CONTENT, Map.of(), note -> {})
        .readAll(paths.stream().map(Path::toString).toList());
  }

  /**
   * Reads everything. Samples of one device may come from several files and in any order, but from
   * one file at a time.
   *
   * @param sources files, folders and {@code SCHEME:ADDRESS}
   * @throws CommandFailure with file, line and column of what is wrong, and how much more is
   */
  public Recordings readAll(List<String> sources) {
    for (String source : sources) {
      Matcher address = ADDRESS.matcher(source);
      if (address.matches() && !new File(source).exists()) {
        readSource(source, address.group(1), address.group(2));
      } else {
        readFiles(Path.of(source));
      }
    }
    matrices.forEach(this::readMatrices);
    List<String> leftOut = faults.leftOut();
    if (builders.isEmpty()) {
      throw new CommandFailure(
          "There is no sample in "
              + String.join(", ", sources)
              + (leftOut.isEmpty()
                  ? "; expected a line for each behind the header"
                  : ". " + String.join(". ", leftOut)));
    }
    leftOut.forEach(notes);
    List<Recording> recordings = new ArrayList<>();
    while (!builders.isEmpty()) {
      recordings.add(builders.pollFirstEntry().getValue().build());
    }
    return Recordings.of(channels, recordings, series && !continuous).withAsOf(newest);
  }

  private void isAsOf(Instant time) {
    newest = newest == null || time.isAfter(newest) ? time : newest;
  }

  private void readSource(String name, String scheme, String address) {
    RecordingSource source =
        ServiceLoader.load(RecordingSource.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(one -> one.scheme().equals(scheme))
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "There are no recordings "
                            + name
                            + ": no such file or folder, and nothing on the class path reads '"
                            + scheme
                            + ":'. The launcher puts what reads kafka:TOPIC there if that stands on"
                            + " the command line"));
    List<String> wanted =
        layout.wantedChannels() > 0 ? layout.names(layout.wantedChannels()) : layout.unnamed();
    List<String> found =
        source.read(
            address,
            new RecordingSource.Request(wanted, layout.periodMicros(), settings, notes),
            (device, timeMicros, row, label) -> {
              newestMicros = Math.max(newestMicros, timeMicros);
              builders
                  .computeIfAbsent(device, id -> new RecordingBuilder(id, row.length))
                  .add(timeMicros, row, label);
            });
    isAsOf(Instant.EPOCH.plus(newestMicros, ChronoUnit.MICROS));
    requireSame(name, found);
    continuous = true;
    builders.values().forEach(builder -> builder.fileEnds(name));
  }

  private void readFiles(Path path) {
    RecordingFiles files = new RecordingFiles(path, layout.kind());
    for (Path file : files.files()) {
      FileKind kind = kind(file);
      isAsOf(written(file));
      if (kind == FileKind.MATRIX) {
        matrices.computeIfAbsent(FileKind.labelsOf(file), labels -> new ArrayList<>()).add(file);
      } else {
        readFile(kind, file, files.device(file), files.label(file));
      }
    }
  }

  private void readFile(FileKind kind, Path file, String device, String label) {
    try (InputStream in = RecordingFiles.open(file)) {
      if (kind == FileKind.CSV) {
        CsvParser parser =
            new CsvParser(
                file.toString(),
                in,
                device,
                label,
                channels,
                layout,
                devices,
                labels,
                builders,
                faults);
        channels = parser.parse();
        continuous = true;
        if (!parser.hasDevices()) {
          requireOther(implied.put(device, file), file, device);
        }
      } else {
        requireOther(implied.put(device, file), file, device);
        SeriesCollector collector =
            new SeriesCollector(file.toString(), device, layout, builders, faults);
        requireSame(file.toString(), parse(kind, file, in, collector));
        series = true;
      }
    } catch (IOException e) {
      throw RecordingFiles.unreadable(file, e);
    }
    faults.requireNone();
    builders.values().forEach(builder -> builder.fileEnds(file.toString()));
  }

  private List<String> parse(FileKind kind, Path file, InputStream in, SeriesCollector collector)
      throws IOException {
    if (kind == FileKind.ARFF) {
      return new ArffParser(file.toString(), in, layout, labels, faults).parse(collector);
    }
    SeriesParser parser = new SeriesParser(file.toString(), in, labels, faults);
    return kind == FileKind.TS ? parser.parseTs(collector) : parser.parseTsv(collector);
  }

  private void readMatrices(Path labelFile, List<Path> files) {
    MatrixReader reader = new MatrixReader(labelFile, files, layout, labels, faults);
    requireOther(implied.put(reader.device(), labelFile), labelFile, reader.device());
    requireSame(labelFile.toString(), reader.read(builders));
    faults.requireNone();
    series = true;
  }

  /** All recordings have the same channels; those without a sample do not count. */
  private void requireSame(String source, List<String> found) {
    if (found == null) {
      return;
    }
    if (channels != null && !channels.equals(found)) {
      throw new CommandFailure(
          source
              + ": the channels are "
              + found
              + "; the files before it have "
              + channels
              + ". Give files with the same channels");
    }
    channels = found;
  }

  private FileKind kind(Path file) {
    try (InputStream in = RecordingFiles.open(file)) {
      byte[] beginning = new byte[FileKind.LOOKED_AT];
      int length = in.readNBytes(beginning, 0, beginning.length);
      return FileKind.of(file, beginning, length, layout.kind());
    } catch (IOException e) {
      throw RecordingFiles.unreadable(file, e);
    }
  }

  private static Instant written(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      throw RecordingFiles.unreadable(file, e);
    }
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
}
