package dev.whisker.trainer.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What this Whisker was built from.
 *
 * @param commit its commit; empty if unknown
 * @param libraries the versions of what trains and serves, by name
 */
record Build(String commit, Map<String, String> libraries) {
  private static final String FILE = "build.properties";
  private static final String COMMIT = "commit";

  /** Reads what the build left behind. */
  static Build read() {
    Properties properties = new Properties();
    try (InputStream in = Build.class.getResourceAsStream(FILE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read", e);
    }
    Map<String, String> libraries = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> libraries.put(name, properties.getProperty(name)));
    libraries.remove(COMMIT);
    return new Build(properties.getProperty(COMMIT, ""), libraries);
  }
}
