package dev.whisker.classifier.build;

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
 * @param libraries the versions of what trains and serves, by name, its own among them
 */
public record Build(String commit, Map<String, String> libraries) {
  private static final String FILE = "build.properties";
  private static final String COMMIT = "commit";
  private static final String ITSELF = "whisker";

  /** Copies the versions. */
  public Build {
    libraries = Map.copyOf(libraries);
  }

  /** Reads what the build left behind. */
  public static Build read() {
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

  /** The version of Whisker itself. */
  public String version() {
    return libraries.get(ITSELF);
  }
}
