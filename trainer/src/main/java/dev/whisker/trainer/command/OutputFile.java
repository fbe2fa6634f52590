package dev.whisker.trainer.command;

import dev.whisker.classifier.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a command writes what it makes. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a file that cannot be written: work of minutes must not end with a result that has no
   * place. Folders that are not there will be made.
   *
   * @param what is to be written, with its article, as a sentence begins
   * @param flag that names another place
   * @throws CommandFailure if it cannot be written
   */
  static void requireWritable(Path file, String what, String flag) {
    Path folder = file.toAbsolutePath().getParent();
    while (folder != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    String why = null;
    if (Files.isDirectory(file)) {
      why = "that is a folder";
    } else if (folder == null || !Files.isDirectory(folder)) {
      why = folder + " is no folder";
    } else if (!Files.isWritable(folder)) {
      why = folder + " is not writable";
    }
    if (why != null) {
      throw new CommandFailure(
          what + " cannot be written to " + file + ": " + why + ". Choose another " + flag);
    }
  }
}
