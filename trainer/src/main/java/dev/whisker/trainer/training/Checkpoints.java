package dev.whisker.trainer.training;

import dev.whisker.classifier.build.Build;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.recording.Recordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder where trainings leave how far they are, a file a kind of network: {@code
 * lstm.checkpoint}. A kind whose training is over has a file too, so that {@code auto} finds it
 * trained. Immutable.
 */
public final class Checkpoints {
  private static final String SUFFIX = ".checkpoint";

  private final Path folder;

  private Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** Nothing is left and nothing is found. */
  public static Checkpoints none() {
    return new Checkpoints(null);
  }

  /**
   * In a folder, which is made when the first epoch is over.
   *
   * @param folder of one training at a time
   * @param resume whether to go on from what is found there; if nothing is, training begins anew
   * @throws CommandFailure if something is there and it is not to be gone on from
   */
  public static Checkpoints in(Path folder, boolean resume) {
    Checkpoints checkpoints = new Checkpoints(folder);
    List<Path> files = checkpoints.files();
    if (!resume && !files.isEmpty()) {
      throw new CommandFailure(
          "There is a checkpoint already: "
              + files.get(0)
              + ". Go on from it with --resume, delete it, or give another --checkpoint folder");
    }
    return checkpoints;
  }

  /** Whether anything is left or found. */
  public boolean isOn() {
    return folder != null;
  }

  /** Whether there is something to go on from. */
  public boolean found() {
    return !files().isEmpty();
  }

  /** Deletes what was left: the model is written. */
  public void delete() {
    try {
      for (Path file : files()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A checkpoint cannot be deleted: " + e, e);
    }
  }

  /** That of one kind of network. */
  Checkpoint of(String network, Map<String, String> identity) {
    return folder == null
        ? Checkpoint.none()
        : Checkpoint.in(folder.resolve(network + SUFFIX), identity);
  }

  /**
   * What a training is of: what else would give another model.
   *
   * @param test null: a part of the others
   */
  static Map<String, String> identity(
      Recordings recordings, Recordings test, TrainingSettings settings) {
    Map<String, String> identity = new TreeMap<>(settings.all());
    // What the model is called makes no difference to it.
    List.of("name", "version", "created").forEach(identity::remove);
    identity.put("data", recordings.sha256());
    identity.put("recordings", String.valueOf(recordings.recordings().size()));
    identity.put("test", test == null ? "" : test.sha256());
    Build build = Build.read();
    identity.put("commit", build.commit());
    identity.putAll(build.libraries());
    return identity;
  }

  private List<Path> files() {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + folder + " cannot be read: " + e, e);
    }
  }
}
