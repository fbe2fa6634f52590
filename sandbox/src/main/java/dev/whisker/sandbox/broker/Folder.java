package dev.whisker.sandbox.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where a broker or a streamer keeps its files: a given folder, or a temporary one that goes with
 * its closing.
 */
public final class Folder implements AutoCloseable {
  private final Path path;
  private final boolean temporary;

  private Folder(Path path, boolean temporary) {
    this.path = path;
    this.temporary = temporary;
  }

  /**
   * A folder.
   *
   * @param given is used and kept; null: a temporary folder is made
   */
  public static Folder of(Path given) {
    if (given != null) {
      return new Folder(given, false);
    }
    try {
      return new Folder(Files.createTempDirectory("whisker-"), true);
    } catch (IOException e) {
      throw new UncheckedIOException("No temporary folder can be made", e);
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** Deletes the folder with all that is in it, if it is temporary. */
  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The temporary folder " + path + " cannot be deleted", e);
    }
  }
}
