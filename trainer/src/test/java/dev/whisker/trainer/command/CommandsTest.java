package dev.whisker.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
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
                + " --split device --report %s",
            data, model, folder.resolve("report"));
  }

  @Test
  void trainReportsOnStandardOutputAndProgressOnStandardError() {
    assertThat(trained.code()).isZero();
    assertThat(trained.out())
        .contains("sines ", "test part: 156 windows of 4 devices", "nearest neighbor")
        .contains("validation         test", "calibration error", "false state changes")
        .contains("ONNX and deeplearning4j differ by at most", "Wrote " + model)
        .contains("Wrote " + folder.resolve("report/index.html"));
    assertThat(folder.resolve("report/index.html")).content().contains("<h1>sines</h1>");
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
            "nearest-neighbor-dtw",
            "random-kernels",
            "random-kernels + markov",
            "cnn",
            "cnn + markov",
            "rnn",
            "rnn + markov");
    for (JsonNode row : json.get("rows")) {
      assertThat(fields(row))
          .contains("accuracy", "macroF1", "accuracySd", "trainSeconds", "microsPerWindow", "bytes")
          .contains("accuracyMin", "accuracyMax", "macroF1Sd");
      assertThat(row.get("runs").asInt()).isEqualTo(2);
    }
    assertThat(json.get("rows").get(0).get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("rows").get(3).get("accuracy").asDouble()).isGreaterThan(0.95);
    assertThat(json.get("recommendation").asText()).startsWith("Take ");
    Path report = folder.resolve("comparison");
    Run text = run(flags + " --report %s", data, report);
    assertThat(text.err()).contains("Note: The report is " + report.resolve("index.html"));
    assertThat(report.resolve("index.html")).content().contains("<th>random-kernels</th>");
    assertThat(text.out()).contains("random-kernels", "accuracy", "Take ");
    assertThat(run(flags + ",forest", data).err()).contains("There is no network 'forest'");
  }

  @Test
  void aNetworkThatCarriesStateIsTrainedComparedEvaluatedAndInspected() throws IOException {
    Path stateful = folder.resolve("stateful.whisker");
    String flags = " --data %s --window 20 --frame 5 --units 8 --embedding 8 --epochs 2 --json";
    JsonNode trained = json(run("train --network stateful-lstm --out %s" + flags, stateful, data));
    assertThat(trained.get("windows").asInt()).isEqualTo(4 * 20);
    JsonNode evaluated = json(run("evaluate --model %s --data %s --json", stateful, data));
    assertThat(evaluated.get("confusion")).isEqualTo(trained.get("confusion"));
    assertThat(run("inspect %s", stateful).out())
        .contains("8 hidden and 8 cell values, carried from window to window");
    JsonNode compared = json(run("compare --networks stateful-lstm,dense --hop 10" + flags, data));
    assertThat(compared.get("rows"))
        .extracting(row -> row.get("name").asText(), row -> row.get("windows").asInt())
        .contains(tuple("random-kernels", 4 * 39), tuple("dense", 4 * 39))
        .contains(tuple("stateful-lstm", 4 * 20));
    assertThat(compared.get("recommendation").asText())
        .contains("stateful-lstm carries its state and was scored on 80 windows without overlap")
        .contains("the others on 156 windows");
    Path series = folder.resolve("series.csv");
    write(series, Samples.sines(12, 20, 1));
    Run left = run("compare --networks stateful-lstm,dense" + flags, series);
    assertThat(json(left).get("rows"))
        .extracting(row -> row.get("name").asText())
        .contains("dense")
        .doesNotContain("stateful-lstm");
    assertThat(left.err()).contains("stateful-lstm is left out: no window of 20 samples");
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
  void theSameTrainingWritesTheSameBytes() throws IOException {
    Path once = folder.resolve("once.whisker");
    Path again = folder.resolve("again.whisker");
    String flags = "train --data %s --out %s --name m --window 20 --units 4 --epochs 1";
    assertThat(run(flags, data, once).code()).isZero();
    assertThat(run(flags, data, again).code()).isZero();
    assertThat(Bundle.read(again).manifest()).isEqualTo(Bundle.read(once).manifest());
    assertThat(again).hasSameBinaryContentAs(once);
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
        .contains("frame         2 samples, 10 steps a window", "split         by device")
        .containsPattern("epochs +1 to 3, kept [123] ")
        .containsPattern("LSTM +8 → 8 +544\\n")
        .contains("this model", "nearest neighbor", "most frequent label")
        .containsPattern("validation accuracy +[▁▂▃▄▅▆▇█]{3} ")
        .contains("precision    recall        F1   windows", "predicted");
    String tables = trained.out().substring(trained.out().indexOf("  label "));
    assertThat(run.out())
        .contains(tables.substring(0, tables.indexOf("\n\n", tables.indexOf("predicted"))));
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
    Path out = folder.resolve("never.whisker");
    for (String command : List.of("train --out " + out, "compare")) {
      Run noReport = run(command + " --data %s --report %s --epochs 100000", data, file);
      assertThat(noReport.code()).isEqualTo(1);
      assertThat(noReport.err())
          .startsWith("whisker: The report cannot be written to " + file)
          .contains(file + " is no folder. Choose another --report")
          .hasLineCount(1);
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void compareTestsEveryModelOnEveryFold() throws IOException {
    Run run =
        run(
            "compare --data %s --window 20 --hop 20 --epochs 1 --networks dense --folds 3 --json",
            data);
    JsonNode rows = json(run).get("rows");
    assertThat(rows).allSatisfy(row -> assertThat(row.get("runs").asInt()).isEqualTo(3));
    // 12 devices of 400 samples, a third of them each time.
    assertThat(rows).allSatisfy(row -> assertThat(row.get("windows").asInt()).isEqualTo(80));
    assertThat(run("compare --data %s --folds 13", data).err())
        .contains("The 12 device(s)", "cannot be split into 13 folds");
    assertThat(run("compare --data %s --folds 1", data).code()).isEqualTo(2);
  }

  @Test
  void trainWithFoldsTrainsOnAllDevicesAndTellsWhatToExpect() throws IOException {
    Path file = folder.resolve("folds.whisker");
    String flags =
        "train --data %s --out %s --network dense --window 20 --hop 20 --epochs 1 --folds 3";
    JsonNode json = json(run(flags + " --json", data, file));
    assertThat(json.get("crossValidation").get("folds").asInt()).isEqualTo(3);
    assertThat(json.get("crossValidation").get("accuracy").has("sd")).isTrue();
    assertThat(json.get("trainingWindows").asInt() + json.get("validationWindows").asInt())
        .isEqualTo(12 * 20);
    Run text = run(flags, data, file);
    assertThat(text.out()).contains("On devices not trained on, 3 folds: accuracy ");
    assertThat(text.out().lines().filter(line -> !line.startsWith("Wrote ")))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void trainLeavesNoCheckpointOnceTheModelIsWritten() {
    Path checkpoint = folder.resolve("checkpoint");
    String flags =
        "train --data %s --out %s --network dense --window 20 --hop 20 --epochs 1"
            + " --checkpoint %s --resume";
    Run run = run(flags, data, folder.resolve("resumed.whisker"), checkpoint);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("There is no checkpoint in " + checkpoint);
    assertThat(checkpoint).isEmptyDirectory();
    Run alone = run("train --data %s --out %s --resume", data, folder.resolve("alone.whisker"));
    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.err()).contains("--resume needs --checkpoint");
  }

  @Test
  void trainEndsEarlyAndInOrderWhenAskedTo() throws IOException {
    StopSignal stop = new StopSignal();
    stop.request();
    Path file = folder.resolve("stopped.whisker");
    Run run =
        run(
            new TrainerCommands(stop),
            "train --data %s --out %s --window 20 --hop 20 --epochs 100000",
            data,
            file);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("Done: stopped; epoch 1 was the best", "Stopped early: " + file + " is the best");
    assertThat(file).exists();
    Run compared =
        run(new TrainerCommands(stop), "compare --data %s --window 20 --hop 20 --json", data);
    assertThat(json(compared).get("rows"))
        .extracting(row -> row.get("name").asText())
        .containsExactly("majority", "nearest-neighbor", "nearest-neighbor + markov");
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    String train = "train --data %s --out %s ";
    Path file = folder.resolve("range.whisker");
    assertThat(run(train + "--class-weights fast=0", data, file).err())
        .contains("'fast=0' is no weight of a class; expected balanced, none, or label=weight");
    assertThat(run(train + "--time-warp 1", data, file).err())
        .contains("time warp is 1.0; expected 0 or more and less than 1");
    assertThat(run(train + "--scaling 3", data, file).err())
        .contains("scaling is 3.0; expected 0 to 2");
    assertThat(run(train + "--jitter -0.1", data, file).err())
        .contains("jitter is -0.1; expected 0 or more");
    assertThat(run(train + "--schedule sawtooth", data, file).err())
        .contains("but was 'sawtooth'", "one-cycle");
  }

  @Test
  void helpNamesEveryFlagWithItsDefault() {
    assertThat(run("train --help").out())
        .contains("--learning-rate", "(default: 0.006)", "--split", "--time-limit");
  }

  record Run(int code, String out, String err) {}

  /** Runs a command as the launcher does, with the streams caught. */
  static Run run(String command, Object... values) {
    return run(new TrainerCommands(), command, values);
  }

  static Run run(TrainerCommands commands, String command, Object... values) {
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
      int code = Cli.run(commands, arguments);
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

  static void write(Path file, Recordings recordings) throws IOException {
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
