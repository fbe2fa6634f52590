package dev.whisker.streamer.command;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import picocli.CommandLine.Command;

/** The commands of this module. */
@Command(
    name = "whisker",
    description = "Classifies live sensor streams on Kafka.",
    subcommands = {StreamCommand.class, PublishCommand.class, ResetCommand.class})
public final class StreamerCommands {
  private final StopSignal stop;

  /**
   * Commands that have not run.
   *
   * @param stop ends those that run on
   */
  public StreamerCommands(StopSignal stop) {
    this.stop = stop;
  }

  StopSignal stop() {
    return stop;
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    StopSignal stop = new StopSignal();
    stop.installForProcess();
    System.exit(Cli.run(new StreamerCommands(stop), arguments));
  }
}
