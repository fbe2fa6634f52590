package dev.whisker.trainer.command;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The trainer's commands. */
@Command(
    name = "whisker",
    description = "Real-time classification of sensor streams: training.",
    subcommands = {
      TrainCommand.class,
      CompareCommand.class,
      EvaluateCommand.class,
      InspectCommand.class
    })
public final class TrainerCommands {
  @Mixin private CommonOptions common;

  private final StopSignal stop;

  /** Commands that have not run, and that nobody stops. */
  public TrainerCommands() {
    this(new StopSignal());
  }

  /**
   * Commands that have not run.
   *
   * @param stop ends trainings early
   */
  public TrainerCommands(StopSignal stop) {
    this.stop = stop;
  }

  StopSignal stop() {
    return stop;
  }

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    // Plots are painted without a screen, wherever that is.
    System.setProperty("java.awt.headless", "true");
    StopSignal stop = new StopSignal();
    stop.installForProcess();
    System.exit(Cli.run(new TrainerCommands(stop), arguments));
  }
}
