package dev.whisker.trainer.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.Terminal;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.TrainedModel;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code whisker train}: recordings to a bundle. */
@Command(
    name = "train",
    sortOptions = false,
    description = "Trains a model on labelled recordings and writes it as one file.")
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private TrainingOptions options;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The model's file.")
  private Path out;

  @Option(names = "--name", description = "The model's name (default: the file's).")
  private String name;

  @Option(
      names = "--model-version",
      paramLabel = "TEXT",
      description = "The model's version (default: from its checksum).")
  private String modelVersion;

  @Option(
      names = "--network",
      paramLabel = "KIND",
      description =
          "Kind of network: lstm, stacked-lstm, bilstm, cnn-lstm, cnn, rnn, dense, or auto, which"
              + " tries lstm and cnn-lstm and keeps what validates better (default: "
              + TrainingSettings.DEFAULT_NETWORK
              + ").")
  private String network;

  @Option(
      names = "--min-precision",
      paramLabel = "X",
      description =
          "Call predictions uncertain so that the others are right this often, such as 0.99"
              + " (default: none is uncertain).")
  private Double minPrecision;

  @Option(
      names = "--smoothing",
      paramLabel = "auto|none|K-of-N|markov",
      description =
          "How consecutive windows make a stable label: none, such as 2-of-3, a Markov filter, or"
              + " what does best on the validation part (default: "
              + TrainingSettings.DEFAULT_SMOOTHING
              + ").")
  private String smoothing;

  @Option(names = "--json", description = "Report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter report = spec.commandLine().getOut();
    TrainingProgress progress =
        new ProgressLines(spec.commandLine().getErr(), Terminal.ERR.isLive());
    TrainingSettings settings = settings();
    requireWritable(out);
    Recordings recordings = options.recordings(progress);
    Recordings testRecordings = options.testRecordings();
    TrainedModel model =
        new Training(Clock.systemUTC()).train(recordings, testRecordings, settings, progress);
    model.bundle().write(out);
    Bundle written = Bundle.read(out);
    if (json) {
      report.println(JsonReport.line(json(model, written)));
    } else {
      report.print(text(model, written));
    }
    report.flush();
    return 0;
  }

  /** A training of minutes must not end with a model that cannot be written. */
  private static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    while (folder != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    String why = null;
    if (Files.isDirectory(file)) {
      why = "that is a folder";
    } else if (folder == null || !Files.isDirectory(folder)) {
      why = folder + " is no folder";
    } else if (!Files.isWritable(folder)) {
      why = folder + " is not writable";
    }
    if (why != null) {
      throw new CommandFailure(
          "The model cannot be written to " + file + ": " + why + ". Choose another --out");
    }
  }

  private TrainingSettings settings() {
    TrainingSettings.Builder builder = options.settings();
    builder.created(Training.sourceDate(System.getenv()));
    builder.name(name != null ? name : nameOf(out));
    if (modelVersion != null) {
      builder.version(modelVersion);
    }
    if (network != null) {
      builder.network(network);
    }
    if (smoothing != null) {
      builder.smoothing(smoothing);
    }
    builder.minPrecision(minPrecision);
    return builder.build();
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
  }

  private ObjectNode json(TrainedModel model, Bundle written) {
    ObjectNode node = JsonReport.fields(model.test());
    node.put("file", out.toString());
    node.put("model", written.manifest().name());
    node.put("modelVersion", written.manifest().version());
    node.put("trainingSeconds", model.time().toMillis() / 1e3);
    node.put("epochs", model.history().size());
    node.put("trainingWindows", model.trainingWindows());
    node.put("validationWindows", model.validationWindows());
    node.put("onnxDifference", model.parity());
    node.put("temperature", written.manifest().temperature());
    node.put("rejectThreshold", written.manifest().rejectThreshold());
    node.put("smoothing", written.manifest().smoothing().form());
    node.set("validationQuality", JsonReport.fields(written.manifest().quality().validation()));
    return node;
  }

  private String text(TrainedModel model, Bundle written) {
    StringBuilder text = new StringBuilder();
    if (model.test() != null) {
      text.append(EvaluationText.of(model.test())).append('\n');
    }
    text.append(QualityText.of(written.manifest())).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "Trained on %d windows, validated on %d, %d epochs in %.1f s%n",
            model.trainingWindows(),
            model.validationWindows(),
            model.history().size(),
            model.time().toMillis() / 1e3));
    text.append(
        String.format(
            Locale.ROOT,
            "ONNX and deeplearning4j differ by at most %.1e on %d windows%n",
            model.parity(),
            model.parityWindows()));
    text.append(
        String.format(
            Locale.ROOT,
            "Wrote %s: %s, version %s%n",
            out,
            written.manifest().name(),
            written.manifest().version()));
    return text.toString();
  }
}
