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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads recordings from long CSV: files, plain or gzipped, or folders of {@code .csv} and {@code
 * .csv.gz} files at any depth.
 *
 * <pre>
 *   device,time_ms,x,y,z,label
 *   fan-1,1546300800000,1.004,0.09,-0.125,healthy
 * </pre>
 *
 * <p>Columns are known by their names, in any order: {@code device} (without it the file is one
 * device's, named after the file), one of {@code time} (ISO-8601), {@code time_s}, {@code time_ms},
 * {@code time_us} (since the epoch, fractions allowed), {@code label} (optional, and empty where
 * nothing is known); every other column is a channel.
 */
public final class RecordingReader {
  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x8b1f;

  private RecordingReader() {}

  /**
   * Reads all files. Samples of one device may come from several files and in any order, but from
   * one file at a time.
   *
   * @throws CommandFailure with file, line and column of what is wrong
   */
  public static Recordings read(List<Path> paths) {
    Map<String, RecordingBuilder> builders = new TreeMap<>();
    Map<String, Path> implied = new HashMap<>();
    TextPool texts = new TextPool();
    List<String> channels = null;
    for (Path path : paths) {
      for (Path file : files(path)) {
        String device = impliedDevice(path, file);
        try (InputStream in = open(file)) {
          CsvParser parser = new CsvParser(file.toString(), in, device, channels, texts, builders);
          channels = parser.parse();
          if (!parser.hasDevices()) {
            requireOther(implied.put(device, file), file, device);
          }
          builders.values().forEach(builder -> builder.fileEnds(file.toString()));
        } catch (NoSuchFileException e) {
          throw new CommandFailure(
              "There are no recordings " + file + ": no such file or folder. Check --data", e);
        } catch (IOException e) {
          throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
        }
      }
    }
    if (builders.isEmpty()) {
      throw new CommandFailure(
          "There is no sample in " + paths + "; expected a line for each behind the header");
    }
    return Recordings.of(
        channels, builders.values().stream().map(RecordingBuilder::build).toList());
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(file -> isCsv(file) && Files.isRegularFile(file)).sorted().forEach(files::add);
    } catch (IOException e) {
      throw new CommandFailure("The folder " + path + " cannot be read: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new CommandFailure(
          "The folder " + path + " has no recordings; expected .csv or .csv.gz files in it");
    }
    return files;
  }

  private static boolean isCsv(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  /** The file's path in the folder that was given, without its extension. */
  private static String impliedDevice(Path given, Path file) {
    Path name = given.equals(file) ? file.getFileName() : given.relativize(file);
    return name.toString().replace('\\', '/').replaceFirst("(?i)(\\.csv)?(\\.gz)?$", "");
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
