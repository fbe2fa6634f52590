package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The recordings and settings of a training, for all commands that train. */
final class TrainingOptions {
  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "P",
      description =
          "Recordings: .csv, .ts, .tsv, matrices beside a labels.txt; gzipped or not; or folders.")
  private List<Path> data;

  @Option(
      names = "--test",
      arity = "1..*",
      paramLabel = "P",
      description = "Other recordings to test on, instead of a part of --data.")
  private List<Path> test;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Samples in a window (default: from the data).")
  private Integer window;

  @Option(
      names = "--hop",
      paramLabel = "N",
      description = "Samples to the next window (default: half, for stateful-lstm a whole window).")
  private Integer hop;

  @Option(
      names = "--period",
      paramLabel = "TIME",
      converter = TimeSpan.Converter.class,
      description = "Between two samples, such as 20ms (default: from the data).")
  private TimeSpan period;

  @Option(
      names = "--frame",
      paramLabel = "N",
      description = "Samples in a step of the network (default: from the window).")
  private Integer frame;

  @Option(
      names = "--max-gap",
      paramLabel = "X",
      description = "Periods of silence after which a window starts over (default: 5).")
  private Double maxGap;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = TimeSpan.Converter.class,
      description = "How late a sample may be and still be sorted in (default: 0).")
  private TimeSpan grace;

  @Option(
      names = "--truth-share",
      paramLabel = "X",
      description = "Share of a window's samples that must agree on its label (default: 0.8).")
  private Double truthShare;

  @Option(
      names = "--split",
      paramLabel = "device|time",
      description = "Test on other devices or on later times (default: from the data).")
  private Split.Kind split;

  @Option(
      names = "--test-share",
      paramLabel = "X",
      description = "Share to test on (default: " + TrainingSettings.DEFAULT_TEST_SHARE + ").")
  private Double testShare;

  @Option(
      names = "--validation-share",
      paramLabel = "X",
      description =
          "Share of the rest to validate on (default: "
              + TrainingSettings.DEFAULT_VALIDATION_SHARE
              + ").")
  private Double validationShare;

  @Option(
      names = "--units",
      paramLabel = "N",
      description =
          "Units of each recurrent layer (default: " + TrainingSettings.DEFAULT_UNITS + ").")
  private Integer units;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Recurrent layers (default: " + TrainingSettings.DEFAULT_LAYERS + ").")
  private Integer layers;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      description =
          "Units of a dense layer before them, 0 for none (default: "
              + TrainingSettings.DEFAULT_EMBEDDING
              + ").")
  private Integer embedding;

  @Option(
      names = "--dropout",
      paramLabel = "X",
      description =
          "Share of inputs left out in training (default: "
              + TrainingSettings.DEFAULT_DROPOUT
              + ").")
  private Double dropout;

  @Option(
      names = "--roll",
      arity = "1",
      paramLabel = "true|false",
      description =
          "Train on windows that begin anywhere and go round; not where it matters what comes"
              + " first, as in gestures (default: true, but for files with a series a line).")
  private Boolean roll;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Most passes over the data (default: from its number of windows, 60 or more).")
  private Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Windows in a step (default: from their number, 8 to 128).")
  private Integer batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description =
          "Adam's first step size (default: " + TrainingSettings.DEFAULT_LEARNING_RATE + ").")
  private Double learningRate;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Epochs without progress until training stops (default: a third of --epochs, 20 or more).")
  private Integer patience;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      converter = TimeSpan.Converter.class,
      description = "Stop after this time, such as 90s, with the best so far.")
  private TimeSpan timeLimit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Same seed, same data: same model (default: " + TrainingSettings.DEFAULT_SEED + ").")
  private Long seed;

  /** The recordings to train on, without copies. */
  Recordings recordings(TrainingProgress progress) {
    Recordings read = RecordingReader.read(data);
    Recordings recordings = read.withoutCopies();
    int copies = read.recordings().size() - recordings.recordings().size();
    if (copies > 0) {
      progress.note(
          copies
              + " of "
              + read.recordings().size()
              + " recordings have the samples of another one and are left out");
    }
    return recordings;
  }

  /** The recordings to test on; null: a part of the others. */
  Recordings testRecordings() {
    return test == null ? null : RecordingReader.read(test);
  }

  /** What is set; the defaults where nothing is. */
  TrainingSettings.Builder settings() {
    TrainingSettings.Builder builder = TrainingSettings.builder();
    set(window, builder::window);
    set(hop, builder::hop);
    set(frame, builder::frame);
    set(maxGap, builder::maxGapPeriods);
    set(truthShare, builder::truthShare);
    set(split, builder::split);
    set(testShare, builder::testShare);
    set(validationShare, builder::validationShare);
    set(units, builder::units);
    set(layers, builder::layers);
    set(embedding, builder::embedding);
    set(dropout, builder::dropout);
    set(roll, builder::roll);
    set(epochs, builder::epochs);
    set(batch, builder::batch);
    set(learningRate, builder::learningRate);
    set(patience, builder::patience);
    set(seed, builder::seed);
    if (period != null) {
      builder.periodMicros(period.micros());
    }
    if (grace != null) {
      builder.graceMicros(grace.wholeMicros());
    }
    if (timeLimit != null) {
      builder.timeLimit(timeLimit.toDuration());
    }
    return builder;
  }

  /** Leaves the default where the user set nothing. */
  private static <T> void set(T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
