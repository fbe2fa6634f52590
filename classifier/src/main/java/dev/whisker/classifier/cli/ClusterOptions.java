package dev.whisker.classifier.cli;

import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The flags that say where Kafka is and how its clients are set. */
public final class ClusterOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "Kafka's bootstrap servers (default: ${DEFAULT-VALUE}).")
  private String bootstrap;

  @Option(
      names = "--kafka",
      paramLabel = "KEY=VALUE",
      description = "Any setting of the Kafka clients; may be repeated.")
  private Map<String, String> settings = new TreeMap<>();

  /** Kafka's bootstrap servers. */
  public String bootstrap() {
    return bootstrap;
  }

  /**
   * What passes through to the Kafka clients, by Kafka's own keys.
   *
   * @param command the command that has these flags, for the layers beneath them
   */
  public Map<String, String> settings(CommandSpec command) {
    Map<String, String> all = new TreeMap<>(Layers.of(command).kafka());
    all.putAll(settings);
    return all;
  }
}
