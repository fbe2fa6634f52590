package dev.whisker.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.trainer.Samples;
import dev.whisker.trainer.command.CommandsTest.Run;
import dev.whisker.trainer.recording.FileKind;
import dev.whisker.trainer.recording.RecordingLayout;
import dev.whisker.trainer.recording.TimeColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The flags that say what recordings are, and what commands tell of them. */
class RecordingOptionsTest {
  private static final String QUICK =
      " --network dense --window 20 --hop 20 --frame 20 --epochs 1 --split device";

  @TempDir private Path folder;

  @Test
  void everyFlagIsPartOfTheLayout() {
    assertThat(
            layout(
                "--format csv --device-column d --time-column t --time-unit ns --label-column l"
                    + " --channels x,y --period 20ms --skip-bad"))
        .isEqualTo(
            new RecordingLayout(
                FileKind.CSV,
                "d",
                "t",
                TimeColumn.NS,
                "l",
                List.of("x", "y"),
                null,
                null,
                20_000.0,
                true));
    assertThat(layout("--channels 3").channelCount()).isEqualTo(3);
    assertThat(layout("--channels 3").channels()).isNull();
    assertThat(layout("--channels x3").channels()).containsExactly("x3");
    assertThat(layout("")).isEqualTo(RecordingLayout.BY_CONTENT);
  }

  @Test
  void badLinesAndCopiesAmongTheRecordingsToTestOnAreNoted() throws IOException {
    Path data = folder.resolve("data.csv");
    CommandsTest.write(data, Samples.sines(6, 200, 1));
    Files.writeString(data, Files.readString(data) + "device-0,9000000,NaN,1,slow\n");
    Path model = folder.resolve("m.whisker");
    Run refused = CommandsTest.run("train --data %s --out %s" + QUICK, data, model);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo(
            "whisker: "
                + data
                + " line 1202, column 3 (x): 'NaN' is no value; expected a finite number such as"
                + " 0.25. Correct or remove the line, or leave out what is bad with --skip-bad\n");
    Run trained =
        CommandsTest.run(
            "train --data %s --test %s --skip-bad --out %s" + QUICK, data, data, model);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err())
        .containsOnlyOnce("Note: Left out 1 line with a missing value, first " + data)
        .contains(
            "Note: 6 of 6 recordings to test on have exactly the values of a training recording,"
                + " device-0 those of device-0")
        .contains("Note: 50 of 60 test windows have exactly the values of a training");
    Run evaluated =
        CommandsTest.run("evaluate --skip-bad --data %s --model %s --part test", data, model);
    assertThat(evaluated.err()).contains("Note: Left out 1 line with a missing value");
  }

  @Test
  void recordingsWithoutLabelsAreRefusedBeforeTheTraining() throws IOException {
    Path data = folder.resolve("data.csv");
    Files.writeString(data, "device,time_ms,x,label\na,0,1,\na,20,2,\n");
    Run run = CommandsTest.run("compare --data %s", data);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("whisker: None of the 2 samples in " + data);
  }

  private static RecordingLayout layout(String flags) {
    Reading reading = new Reading();
    new CommandLine(reading)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(("--data a " + flags).strip().split(" +"));
    return reading.options.layout();
  }

  /** A command with nothing but the flags. */
  @Command
  private static final class Reading {
    @Mixin private RecordingOptions options;
  }
}
