package dev.whisker.sandbox.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxCommandsTest {
  @ParameterizedTest
  @ValueSource(strings = {"demo", "broker", "bench", "replay", "watch", "generate", "simulate"})
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
  }

  @Test
  void aWrongSpeedIsWrongUsage() {
    assertThat(run("replay", "--data", "any.csv", "--speed", "fast")).isEqualTo(2);
  }

  @Test
  void machinesAreWrittenToOneFileOrToAFolder(@TempDir Path folder) {
    Path file = folder.resolve("one.csv");
    Path files = folder.resolve("many");

    assertThat(generate(file)).isZero();
    assertThat(generate(files)).isZero();

    for (Path written : List.of(file, files)) {
      Recordings recordings = RecordingReader.read(List.of(written));
      assertThat(recordings.channels()).containsExactly("x", "y", "z");
      assertThat(recordings.recordings())
          .extracting(Recording::device)
          .containsExactly("machine-004", "machine-005");
      // 0.1 s in each of three states.
      assertThat(recordings.recordings()).extracting(Recording::samples).containsOnly(1_875);
    }
  }

  private static int generate(Path out) {
    return run(
        "generate",
        "--out",
        out.toString(),
        "--devices",
        "2",
        "--first-device",
        "4",
        "--seconds-per-state",
        "0.1");
  }

  private static int run(String... arguments) {
    return Cli.run(new SandboxCommands(new StopSignal()), arguments);
  }
}
