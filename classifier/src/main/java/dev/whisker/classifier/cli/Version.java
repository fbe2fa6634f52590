package dev.whisker.classifier.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Whisker this is. */
final class Version {
  private Version() {}

  /** Version, commit if it is known, and Java's version, in a line. */
  static String text() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String commit = build.getProperty("commit");
    // Sources without their history leave the placeholder.
    return "whisker "
        + build.getProperty("version")
        + (commit.startsWith("$") ? "" : ", commit " + commit)
        + ", Java "
        + Runtime.version();
  }
}
