package dev.whisker.classifier.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags that every command has. */
public final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file; its keys are the flags' names with dots for dashes.")
  private Path config;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** The configuration file; null: none. */
  public Path config() {
    return config;
  }

  /** Whether help was asked for. */
  public boolean help() {
    return help;
  }
}
