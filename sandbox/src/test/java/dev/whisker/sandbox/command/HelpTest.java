package dev.whisker.sandbox.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the commands say of themselves, and what the launcher knows of them. */
class HelpTest {
  static Stream<String> commands() {
    return CompletionCommand.all().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasExamplesThatItUnderstands(String name) {
    String[] footer =
        CompletionCommand.all().getSubcommands().get(name).getCommandSpec().usageMessage().footer();
    List<String> examples =
        Arrays.stream(footer)
            .filter(line -> line.contains("whisker " + name))
            .map(line -> line.replaceFirst("^.*?whisker ", "").replace(")", ""))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      CommandLine whisker = CompletionCommand.all();
      whisker.setCaseInsensitiveEnumValuesAllowed(true);
      // Throws at what it does not understand.
      assertThat(whisker.parseArgs(example.split(" ")).hasSubcommand()).as(example).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theLauncherKnowsEveryCommand(String name) throws IOException {
    assertThat(Files.readString(Path.of("..", "whisker"), StandardCharsets.UTF_8))
        .containsPattern("(?m)^  " + name + " ")
        .containsPattern("(?m)^  .*\\b" + name + "\\b.*\\)");
  }

  @Test
  void theCompletionKnowsEveryCommandAndItsFlags() {
    PrintStream usual = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertThat(Cli.run(new SandboxCommands(new StopSignal()), "completion")).isZero();
      assertThat(Cli.run(new SandboxCommands(new StopSignal()), "--version")).isZero();
    } finally {
      System.setOut(usual);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(commands().toList())
        .contains("--schema-registry", "--network", "--speed")
        .containsPattern("(?m)^whisker [0-9.]+(-SNAPSHOT)?(, commit [0-9a-f]{10})?, Java [0-9]");
  }
}
