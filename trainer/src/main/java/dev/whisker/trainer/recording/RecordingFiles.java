package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The files of recordings that a path stands for, sorted: itself, or those in the folder at any
 * depth. Immutable.
 */
final class RecordingFiles {
  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x8b1f;

  private final Path given;
  private final List<Path> files;
  private final boolean foldersAreLabels;

  /**
   * Looks for files.
   *
   * @param path a file or a folder
   * @param wanted the kind of files in a folder; null: all
   * @throws CommandFailure if there is none in the folder, or the folder cannot be read
   */
  RecordingFiles(Path path, FileKind wanted) {
    // Without this "./a/b.csv" would be the device "../a/b".
    given = path.normalize();
    files = files(given, wanted);
    foldersAreLabels = foldersAreLabels();
  }

  /** The files, sorted. */
  List<Path> files() {
    return files;
  }

  /** A file's path in the folder that was given, without its extension. */
  String device(Path file) {
    Path name = given.equals(file) ? file.getFileName() : given.relativize(file);
    return withoutExtension(name);
  }

  /** A file's name or path without its extension. */
  static String withoutExtension(Path name) {
    return name.toString()
        .replace('\\', '/')
        .replaceFirst("(?i)(\\.(csv|ts|tsv|arff|txt))?(\\.gz)?$", "");
  }

  /** The label of a file's samples where nothing else says it; null: nothing is known. */
  String label(Path file) {
    return foldersAreLabels ? given.relativize(file).getName(0).toString() : null;
  }

  /** Whether the files lie in two or more folders within the given one, and all of them do. */
  private boolean foldersAreLabels() {
    Set<Path> folders = new HashSet<>();
    for (Path file : files) {
      if (given.equals(file) || given.relativize(file).getNameCount() < 2) {
        return false;
      }
      folders.add(given.relativize(file).getName(0));
    }
    return folders.size() > 1;
  }

  private static List<Path> files(Path path, FileKind wanted) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      walk.filter(file -> Files.isRegularFile(file) && FileKind.isRecording(file, wanted))
          .map(Path::normalize)
          .sorted()
          .forEach(files::add);
    } catch (IOException e) {
      throw new CommandFailure("The folder " + path + " cannot be read: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new CommandFailure(
          "The folder "
              + path.toAbsolutePath()
              + " has no recordings; expected .csv, .ts, .tsv or .arff files in it, gzipped or not,"
              + " or .txt beside a labels.txt");
    }
    return List.copyOf(files);
  }

  /**
   * A file's content, unpacked if it is gzipped.
   *
   * @throws IOException if it cannot be opened; see {@link #unreadable}
   */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    in.mark(2);
    int magic = in.read() | in.read() << 8;
    in.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(in, BUFFER) : in;
  }

  /** What to tell of a file that cannot be opened or read. */
  static CommandFailure unreadable(Path file, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new CommandFailure(
          "There are no recordings " + file + ": no such file or folder. Check --data", e);
    }
    String remedy = "";
    String why = e.getMessage();
    if (e instanceof EOFException) {
      why = "its gzip data end too early";
      remedy = ". Copy or compress the file again";
    } else if (e instanceof ZipException) {
      why = "its gzip data are damaged (" + e.getMessage() + ")";
      remedy = ". Copy or compress the file again";
    }
    return new CommandFailure(file + " cannot be read: " + why + remedy, e);
  }
}
