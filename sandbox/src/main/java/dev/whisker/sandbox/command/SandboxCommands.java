package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import picocli.CommandLine.Command;

/** The commands of this module. */
@Command(
    name = "whisker",
    description = "Classifies live sensor streams on Kafka.",
    subcommands = {
      DemoCommand.class,
      BrokerCommand.class,
      BenchCommand.class,
      ReplayCommand.class,
      WatchCommand.class,
      GenerateCommand.class,
      SimulateCommand.class,
      CompletionCommand.class
    })
public final class SandboxCommands {
  private final StopSignal stop;

  /**
   * Commands that have not run.
   *
   * @param stop ends those that run on
   */
  public SandboxCommands(StopSignal stop) {
    this.stop = stop;
  }

  StopSignal stop() {
    return stop;
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Plots are painted without a screen, wherever that is.
    System.setProperty("java.awt.headless", "true");
    StopSignal stop = new StopSignal();
    stop.installForProcess();
    System.exit(Cli.run(new SandboxCommands(stop), arguments));
  }
}
