package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.ClusterOptions;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Evaluator;
import dev.whisker.trainer.evaluation.PredictionFile;
import dev.whisker.trainer.recording.RecordingLayout;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.split.Parts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code whisker evaluate}: how well a bundle classifies recordings. */
@Command(
    name = "evaluate",
    footer = {
      "",
      "Examples:",
      "  whisker evaluate --model pumps.whisker --data recordings",
      "  whisker evaluate --model pumps.whisker --data others --part all --json"
    },
    sortOptions = false,
    description = "Scores a model on labelled recordings.")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "The model.")
  private Path model;

  @Mixin private RecordingOptions recordingOptions;

  @Option(
      names = "--part",
      paramLabel = "train|validation|test|all",
      description =
          "Which part of the recordings, as the model's training split them (default: test where"
              + " the recordings are the same, else all).")
  private Part part;

  @Option(
      names = "--engine",
      paramLabel = "onnx|dl4j",
      defaultValue = "onnx",
      description = "What runs the network (default: onnx).")
  private String engine;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write every window's prediction, a JSON line each.")
  private Path predictions;

  @Mixin private ClusterOptions cluster;

  @Option(names = "--json", description = "Report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter report = spec.commandLine().getOut();
    Bundle bundle = Bundle.read(model);
    Manifest manifest = bundle.manifest();
    Recordings read = read(manifest);
    Recordings selected = read.withChannels(manifest.channelNames());
    boolean same =
        List.of(read.sha256(), selected.sha256()).contains(manifest.provenance().dataSha256());
    Part scored = part != null ? part : defaultPart(manifest.split(), same);
    // The split is one of what was trained on; a live replay sees everything.
    Recordings recordings = same && scored != Part.ALL ? selected.withoutCopies() : selected;
    if (!same && scored != Part.ALL) {
      note(
          "these are not the recordings that the model was trained with; the part "
              + scored.name().toLowerCase(Locale.ROOT)
              + " is what its split makes of them");
    }
    if (same && (scored == Part.ALL || scored == Part.TRAIN)) {
      note("the model was trained on some of these windows, so this says little of others");
    }
    List<Block> blocks = Parts.blocks(recordings, manifest.split(), scored);
    List<DeviceWindows> windows = Parts.windows(blocks, manifest.window());
    requireWindows(windows, scored, manifest);
    DeviceWindows.dropped(windows).ifPresent(this::note);
    List<ClassifiedWindows> classified;
    try (SequenceClassifier classifier = Engine.named(engine).open(bundle)) {
      classified = ClassifiedWindows.of(classifier, manifest.labels().size(), windows);
    }
    if (predictions != null) {
      PredictionFile.write(predictions, manifest, classified);
    }
    Evaluation evaluation = Evaluator.evaluate(manifest, scored, classified);
    if (same && (scored == Part.TEST || scored == Part.VALIDATION)) {
      List<DeviceWindows> training =
          Parts.windows(Parts.blocks(recordings, manifest.split(), Part.TRAIN), manifest.window());
      evaluation = evaluation.with(Evaluator.baselines(manifest, training, windows));
    }
    if (json) {
      report.println(JsonReport.line(JsonReport.fields(evaluation)));
    } else {
      report.print(EvaluationText.of(evaluation));
      report.println();
      report.print(
          QualityText.of(
              manifest, Map.of(scored.name().toLowerCase(Locale.ROOT), evaluation.quality())));
    }
    report.flush();
    return 0;
  }

  private Recordings read(Manifest manifest) {
    Map<String, String> settings = cluster.settings(spec);
    settings.put("bootstrap.servers", cluster.bootstrap());
    RecordingLayout layout =
        recordingOptions
            .layout()
            .forModel(manifest.channelNames(), manifest.window().periodMicros());
    return new RecordingReader(layout, settings, this::note).readAll(recordingOptions.data());
  }

  private void note(String text) {
    spec.commandLine().getErr().println("Note: " + text);
  }

  private static Part defaultPart(Split split, boolean same) {
    return same && split.testShare() > 0 ? Part.TEST : Part.ALL;
  }

  private static void requireWindows(List<DeviceWindows> windows, Part part, Manifest manifest) {
    if (windows.stream().allMatch(device -> device.windows().isEmpty())) {
      throw new CommandFailure(
          "The part "
              + part.name().toLowerCase(Locale.ROOT)
              + " of the recordings has no window of "
              + manifest.window().length()
              + " samples. Give longer recordings or another --part");
    }
  }
}
