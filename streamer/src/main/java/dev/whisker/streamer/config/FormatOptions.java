package dev.whisker.streamer.config;

import dev.whisker.streamer.config.FormatChoice.Kind;
import java.net.URI;
import picocli.CommandLine.Option;

/** The flags of every command that reads or writes readings, predictions or state changes. */
public final class FormatOptions {
  @Option(
      names = "--format",
      defaultValue = "json",
      description = "How records are written: json or avro (default: ${DEFAULT-VALUE}).")
  private Kind format;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = {
        "Where avro has its schemas: http://HOST:8081 for Confluent's registry,",
        "http://HOST:8080/apis/ccompat/v7 for Apicurio's."
      })
  private URI registry;

  @Option(
      names = "--register-schemas",
      defaultValue = "true",
      arity = "1",
      description =
          "Whether schemas that the registry lacks are registered (default: ${DEFAULT-VALUE}).")
  private boolean registers;

  /**
   * What was chosen.
   *
   * @throws IllegalArgumentException if format and registry do not go together
   */
  public FormatChoice choice() {
    return new FormatChoice(format, registry, registers);
  }
}
