package dev.whisker.streamer.config;

import dev.whisker.streamer.config.FormatChoice.Kind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that say how readings, predictions and state changes are written. */
public final class FormatOptions {
  @Option(
      names = "--format",
      description = "How records are written: json or avro (default: json without a registry).")
  private Kind format;

  @Mixin private RegistryOptions registry;

  /**
   * What was chosen.
   *
   * @throws IllegalArgumentException if format and registry do not go together
   */
  public FormatChoice choice() {
    return registry.choice(format);
  }
}
