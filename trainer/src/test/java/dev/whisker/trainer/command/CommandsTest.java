package dev.whisker.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.schemas.JsonCodec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir private static Path folder;
  private static Path data;
  private static Path model;
  private static Run trained;

  @BeforeAll
  static void train() throws IOException {
    data = folder.resolve("sines.csv");
    write(data, Samples.sines(12, 400, 1));
    model = folder.resolve("sines.whisker");
    trained =
        run(
            "train --data %s --out %s --network lstm --window 20 --hop 10 --frame 2 --units 8 --embedding 8"
                + " --batch 32 --epochs 3 --learning-rate 0.02 --period 20ms --time-limit 10m"
                + " --split device",
            data, model);
  }

  @Test
  void trainReportsOnStandardOutputAndProgressOnStandardError() {
    assertThat(trained.code()).isZero();
    assertThat(trained.out())
        .contains("sines ", "test part: 156 windows of 4 devices", "nearest neighbor")
        .contains("validation         test", "calibration error", "false state changes")
        .contains("ONNX and deeplearning4j differ by at most", "Wrote " + model);
    assertThat(trained.err()).contains("epoch   1/3  loss ", "Done: ");
    assertThat(trained.out().lines().filter(line -> !line.startsWith("Wrote ")))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void compareTellsOfEveryKindOnTheSameWindows() throws IOException {
    String flags = "compare --data %s --window 20 --hop 10 --units 8 --epochs 2 --networks cnn,rnn";
    JsonNode json = json(run(flags + " --seeds 2 --json", data));
    assertThat(json.get("rows"))
        .extracting(row -> row.get("name").asText())
        .containsExactly(
            "majority",
            "nearest-neighbor",
            "nearest-neighbor + markov",
            "random-kernels",
            "random-kernels + markov",
            "cnn",
            "cnn + markov",
            "rnn",
            "rnn + markov");
    for (JsonNode row : json.get("rows")) {
      assertThat(fields(row))
          .contains(
              "accuracy", "macroF1", "accuracySd", "trainSeconds", "microsPerWindow", "bytes");
    }
    assertThat(json.get("rows").get(0).get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("rows").get(3).get("accuracy").asDouble()).isGreaterThan(0.95);
    assertThat(json.get("recommendation").asText()).startsWith("Take ");
    Run text = run(flags, data);
    assertThat(text.out()).contains("random-kernels", "accuracy", "Take ");
    assertThat(run(flags + ",forest", data).err()).contains("There is no network 'forest'");
  }

  @Test
  void trainTellsTheSameAsOneJsonObject() throws IOException {
    Run run =
        run(
            "train --data %s --out %s --window 20 --hop 10 --epochs 1 --network dense --json",
            data, folder.resolve("json.whisker"));
    JsonNode json = json(run);
    assertThat(fields(json))
        .contains(
            "accuracy",
            "macroF1",
            "windows",
            "labels",
            "confusion",
            "perClass",
            "perDevice",
            "baselines",
            "quality",
            "validationQuality",
            "temperature",
            "rejectThreshold",
            "smoothing",
            "trainingSeconds",
            "modelVersion");
    assertThat(json.get("part").asText()).isEqualTo("test");
  }

  @Test
  void evaluateScoresTheTestPartOfTheSameRecordingsAsTrainDid() throws IOException {
    JsonNode json = json(run("evaluate --model %s --data %s --json", model, data));
    JsonNode inspected = json(run("inspect %s --json", model));
    assertThat(json.get("part").asText()).isEqualTo("test");
    assertThat(json.get("accuracy")).isEqualTo(inspected.get("test").get("accuracy"));
    assertThat(json.get("windows").asInt()).isEqualTo(156);
    assertThat(json.get("quality")).isEqualTo(inspected.get("quality").get("test"));
    assertThat(run("evaluate --model %s --data %s", model, data).out())
        .contains("calibration error", "windows not uncertain", "false state changes");
    assertThat(json.get("baselines").get("majority").get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("baselines").get("nearestNeighbor").has("accuracy")).isTrue();
    assertThat(json.get("perClass").get("slow").get("support").asInt()).isEqualTo(78);
    JsonNode byDl4j = json(run("evaluate --model %s --data %s --engine dl4j --json", model, data));
    assertThat(byDl4j.get("confusion")).isEqualTo(json.get("confusion"));
  }

  @Test
  void evaluateScoresOtherRecordingsWholeAndWritesEveryPrediction() throws IOException {
    Path other = folder.resolve("other.csv");
    write(other, Samples.sines(2, 400, 7));
    Path predictions = folder.resolve("predictions.jsonl");
    JsonNode json =
        json(
            run(
                "evaluate --model %s --data %s --predictions %s --json",
                model, other, predictions));
    assertThat(json.get("part").asText()).isEqualTo("all");
    assertThat(json.get("baselines").isNull()).isTrue();
    List<String> lines = Files.readAllLines(predictions);
    assertThat(lines).hasSize(2 * 39);
    assertThat(JsonCodec.decodePrediction(lines.get(0).getBytes(StandardCharsets.UTF_8)).device())
        .isEqualTo("device-0");
    assertThat(run("evaluate --model %s --data %s --part test", model, other).err())
        .contains("these are not the recordings that the model was trained with");
  }

  @Test
  void inspectShowsWhatTheModelIs() {
    Run run = run("inspect %s", model);
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("model         sines ", "labels        fast, slow", "20 ms (50 Hz)")
        .contains("calibration error", "predicted     fast ")
        .contains("frame         2 samples, 10 steps a window", "split         by device");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void failuresAreOneLineAndExitCodesTellThemFromWrongUsage() {
    Run missing = run("evaluate --model %s --data %s", folder.resolve("no.whisker"), data);
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.out()).isEmpty();
    assertThat(missing.err()).startsWith("whisker: There is no bundle").hasLineCount(1);
    Run wrong = run("train --data %s --out x --period soon", data);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("'soon' is no span of time");
    assertThat(run("evaluate --model %s --data %s --engine abacus", model, data).err())
        .contains("There is no engine 'abacus' on the class path");
  }

  @Test
  void aModelThatCannotBeWrittenIsToldBeforeTheTraining() throws IOException {
    Run intoFolder = run("train --data %s --out %s --epochs 100000", data, folder);
    assertThat(intoFolder.code()).isEqualTo(1);
    assertThat(intoFolder.err()).contains("that is a folder").hasLineCount(1);
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(run("train --data %s --out %s", data, file.resolve("m.whisker")).err())
        .contains(file + " is no folder");
  }

  @Test
  void helpNamesEveryFlagWithItsDefault() {
    assertThat(run("train --help").out())
        .contains("--learning-rate", "(default: 0.006)", "--split", "--time-limit");
  }

  private record Run(int code, String out, String err) {}

  /** Runs a command as the launcher does, with the streams caught. */
  private static Run run(String command, Object... values) {
    Iterator<Object> next = List.of(values).iterator();
    String[] arguments =
        Arrays.stream(command.split(" "))
            .map(argument -> argument.equals("%s") ? next.next().toString() : argument)
            .toArray(String[]::new);
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream caughtOut = new ByteArrayOutputStream();
    ByteArrayOutputStream caughtErr = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(caughtOut, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(caughtErr, true, StandardCharsets.UTF_8));
      int code = Cli.run(new TrainerCommands(), arguments);
      return new Run(
          code,
          caughtOut.toString(StandardCharsets.UTF_8),
          caughtErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(1);
    return new ObjectMapper().readTree(run.out());
  }

  private static List<String> fields(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void write(Path file, Recordings recordings) throws IOException {
    StringBuilder text = new StringBuilder("device,time_us,x,y,label\n");
    for (Recording recording : recordings.recordings()) {
      for (int i = 0; i < recording.samples(); i++) {
        text.append(recording.device())
            .append(',')
            .append(recording.timeMicros(i))
            .append(',')
            .append(recording.values()[2 * i])
            .append(',')
            .append(recording.values()[2 * i + 1])
            .append(',')
            .append(recording.label(i))
            .append('\n');
      }
    }
    Files.writeString(file, text);
  }
}
