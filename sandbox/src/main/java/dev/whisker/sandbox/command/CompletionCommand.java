package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.trainer.command.TrainerCommands;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code whisker completion}: what a shell needs to complete commands and flags. */
@Command(
    name = "completion",
    description = "Print a script that lets bash and zsh complete commands and flags.",
    footer = {"", "Example:", "  source <(whisker completion)"},
    sortOptions = false)
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    command.commandLine().getOut().println(AutoComplete.bash("whisker", all()));
    return 0;
  }

  /** The commands of all modules, as the launcher offers them. */
  static CommandLine all() {
    CommandLine whisker = new CommandLine(CommandSpec.create().name("whisker"));
    for (Object module :
        new Object[] {
          new SandboxCommands(new StopSignal()),
          new TrainerCommands(),
          new StreamerCommands(new StopSignal())
        }) {
      new CommandLine(module).getSubcommands().forEach(whisker::addSubcommand);
    }
    return whisker;
  }
}
