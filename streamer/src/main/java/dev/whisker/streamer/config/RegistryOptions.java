package dev.whisker.streamer.config;

import dev.whisker.streamer.config.FormatChoice.Kind;
import java.net.URI;
import picocli.CommandLine.Option;

/** The flags that say where a schema registry is. */
public final class RegistryOptions {
  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = {
        "Records are in avro, and their schemas here: http://HOST:8081 for Confluent's registry,",
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
   * Avro with a registry, JSON without.
   *
   * @throws IllegalArgumentException if the registry's address is none
   */
  public FormatChoice choice() {
    return choice(null);
  }

  /**
   * What was chosen.
   *
   * @param kind null: avro with a registry, JSON without
   */
  FormatChoice choice(Kind kind) {
    Kind usual = registry == null ? Kind.JSON : Kind.AVRO;
    return new FormatChoice(kind == null ? usual : kind, registry, registers);
  }
}
