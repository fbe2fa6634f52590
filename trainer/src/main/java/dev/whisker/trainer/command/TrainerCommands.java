package dev.whisker.trainer.command;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommonOptions;
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

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    // Plots are painted without a screen, wherever that is.
    System.setProperty("java.awt.headless", "true");
    System.exit(Cli.run(new TrainerCommands(), arguments));
  }
}
