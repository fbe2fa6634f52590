package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.trainer.command.TrainerCommands;
import java.util.List;
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
    description = "Write a script that lets bash and zsh complete every command and flag.",
    footerHeading = Cli.EXAMPLES,
    footer = "  whisker completion > whisker-completion && . ./whisker-completion",
    sortOptions = false)
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    command.commandLine().getOut().println(AutoComplete.bash("whisker", allCommands()));
    return 0;
  }

  /** The commands of all modules as one, as the launcher has them. */
  static CommandLine allCommands() {
    StopSignal stop = new StopSignal();
    CommandLine all = new CommandLine(CommandSpec.create().name("whisker"));
    for (Object module :
        List.of(new TrainerCommands(stop), new StreamerCommands(stop), new SandboxCommands(stop))) {
      new CommandLine(module).getSubcommands().forEach(all::addSubcommand);
    }
    return all.setCaseInsensitiveEnumValuesAllowed(true);
  }
}
