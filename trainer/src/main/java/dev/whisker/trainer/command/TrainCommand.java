package dev.whisker.trainer.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.classifier.cli.Terminal;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.report.TrainingReport;
import dev.whisker.trainer.training.Checkpoints;
import dev.whisker.trainer.training.CrossValidation;
import dev.whisker.trainer.training.Spread;
import dev.whisker.trainer.training.TrainedModel;
import dev.whisker.trainer.training.Training;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker train}: recordings to a bundle. */
@Command(
    name = "train",
    footer = {
      "",
      "Examples:",
      "  whisker train --data recordings --out pumps.whisker",
      "  whisker train --data recordings --test others --window 3125 --hop 625 --report report --out pumps.whisker"
    },
    sortOptions = false,
    description = {
      "Trains a model on labelled recordings and writes it as one file.",
      "Ctrl-C ends the training early; the best model so far is written."
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private TrainingOptions options;
  @ParentCommand private TrainerCommands parent;
  @Mixin private ReportOption reportOption;

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
          "Kind of network: lstm, stacked-lstm, bilstm, stateful-lstm, cnn-lstm, cnn, rnn, dense, or"
              + " auto, which tries lstm, also in finer frames, and cnn-lstm and keeps what validates"
              + " best (default: "
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

  @Option(
      names = "--folds",
      paramLabel = "K",
      description =
          "Train on all devices, then tell how good that is by K more trainings, each tested on"
              + " other devices (default: one training, tested on a part of the data).")
  private Integer folds;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "After each epoch, leave there what --resume needs after a crash.")
  private Path checkpoint;

  @Option(
      names = "--resume",
      description = "Go on from what is in --checkpoint; if nothing is, begin.")
  private boolean resume;

  @Override
  public Integer call() {
    if (resume && checkpoint == null) {
      throw new ParameterException(
          spec.commandLine(), "--resume needs --checkpoint, the folder to go on from");
    }
    PrintWriter report = spec.commandLine().getOut();
    TrainingProgress progress =
        new ProgressLines(spec.commandLine().getErr(), Terminal.ERR.isLive());
    TrainingSettings settings = settings();
    OutputFile.requireWritable(out, "The model", "--out");
    reportOption.requireWritable();
    Recordings recordings = options.recordings(progress);
    Recordings testRecordings = options.testRecordings(recordings, progress);
    if (folds != null) {
      Training.requireFoldable(recordings, testRecordings, settings, folds);
      settings = settings.besideFolds(folds);
    }
    Checkpoints checkpoints =
        checkpoint == null ? Checkpoints.none() : Checkpoints.in(checkpoint, resume);
    if (resume && !checkpoints.found()) {
      progress.note("There is no checkpoint in " + checkpoint + ": training begins anew");
    }
    StopSignal stop = parent.stop();
    stop.listen();
    Training training = new Training(Clock.systemUTC(), stop::isRequested, checkpoints);
    TrainedModel model = training.train(recordings, testRecordings, settings, progress);
    model.bundle().write(out);
    Bundle written = Bundle.read(out);
    if (stop.isRequested()) {
      progress.note(
          "Stopped early: "
              + out
              + " is the best model so far"
              + (checkpoints.isOn() ? "; --resume goes on from the last whole epoch" : ""));
    } else {
      checkpoints.delete();
    }
    CrossValidation crossValidation =
        folds == null ? null : training.crossValidate(recordings, settings, folds, progress);
    Path page = reportOption.folder();
    if (page != null) {
      page = TrainingReport.write(page, model, recordings, testRecordings, crossValidation);
    }
    if (json) {
      report.println(JsonReport.line(json(model, written, crossValidation, page)));
    } else {
      report.print(text(model, written, crossValidation, page));
    }
    report.flush();
    return 0;
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

  private ObjectNode json(
      TrainedModel model, Bundle written, CrossValidation crossValidation, Path page) {
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
    node.put("stopped", parent.stop().isRequested());
    if (crossValidation != null) {
      node.set("crossValidation", JsonReport.fields(crossValidation));
    }
    if (page != null) {
      node.put("report", page.toString());
    }
    return node;
  }

  private String text(
      TrainedModel model, Bundle written, CrossValidation crossValidation, Path page) {
    StringBuilder text = new StringBuilder();
    if (crossValidation != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "On devices not trained on, %d folds: accuracy %s%n%43s %s%n",
              crossValidation.folds(),
              spread(crossValidation.accuracy()),
              "macro F1",
              spread(crossValidation.macroF1())));
    }
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
    if (page != null) {
      text.append("Wrote ").append(page).append(": the report\n");
    }
    return text.toString();
  }

  private static String spread(Spread spread) {
    return String.format(
        Locale.ROOT,
        "%.4f ± %.4f (%.4f–%.4f)",
        spread.mean(),
        spread.sd(),
        spread.min(),
        spread.max());
  }
}
