package dev.whisker.sandbox.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.cli.Keys;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.trainer.command.TrainerCommands;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KeysTest {
  @Test
  void theListHasTheKeysOfAllCommandsAndNoOther() {
    SortedSet<String> keys = new TreeSet<>();
    StopSignal stop = new StopSignal();
    for (Object commands :
        List.of(new TrainerCommands(stop), new StreamerCommands(stop), new SandboxCommands(stop))) {
      keys.addAll(Keys.of(new CommandLine(commands).getCommandSpec()));
    }
    assertThat(Keys.all())
        .as("keys.txt beside %s; a flag that is new or gone changes it", Keys.class)
        .containsExactlyElementsOf(keys);
  }
}
