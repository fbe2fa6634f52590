package dev.whisker.streamer.command;

import dev.whisker.classifier.cli.Cli;
import picocli.CommandLine.Command;

/** The commands of this module. */
@Command(
    name = "whisker",
    description = "Classifies live sensor streams on Kafka.",
    subcommands = {StreamCommand.class})
public final class StreamerCommands {
  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(Cli.run(new StreamerCommands(), arguments));
  }
}
