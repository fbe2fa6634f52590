package dev.whisker.sandbox.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.AutoComplete;
import picocli.CommandLine;

/** What is true of the commands of all modules. */
class CompletionCommandTest {
  private static final CommandLine ALL = CompletionCommand.allCommands();

  static Stream<String> commands() {
    return ALL.getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasExamplesThatItUnderstands(String name) {
    String[] footer = ALL.getSubcommands().get(name).getCommandSpec().usageMessage().footer();

    assertThat(footer).isNotEmpty();
    for (String example : footer) {
      assertThat(example).startsWith("  whisker " + name);
      String own = example.split(" [|>] ")[0];
      List<String> words = Arrays.asList(own.strip().split(" "));
      // Throws if a flag is unknown or a value cannot be read.
      var unused =
          CompletionCommand.allCommands()
              .parseArgs(words.subList(1, words.size()).toArray(String[]::new));
    }
  }

  @Test
  void theLauncherKnowsEveryCommand() throws IOException {
    String launcher = Files.readString(Path.of("..", "whisker"));

    assertThat(commands())
        .allSatisfy(name -> assertThat(launcher).containsPattern("\n  " + name + " +[a-z']"));
  }

  @Test
  void completionKnowsCommandsAndFlags() {
    assertThat(AutoComplete.bash("whisker", ALL))
        .contains("train", "stream", "watch", "--bootstrap", "--window");
  }
}
