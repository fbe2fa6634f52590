package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.ClusterOptions;
import dev.whisker.trainer.recording.LabelCounts;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.training.ClassWeights;
import dev.whisker.trainer.training.Schedule;
import dev.whisker.trainer.training.TrainingProgress;
import dev.whisker.trainer.training.TrainingSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The recordings and settings of a training, for all commands that train. */
final class TrainingOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private RecordingOptions recordingOptions;

  @Option(
      names = "--test",
      arity = "1..*",
      paramLabel = "P",
      description = "Other recordings to test on, instead of a part of --data.")
  private List<String> test;

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
          "Share of inputs left out in training (default: 0.3 before the LSTM of cnn-lstm, else 0).")
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
      names = "--shift",
      arity = "1",
      paramLabel = "true|false",
      description =
          "Train on windows that begin up to half a hop elsewhere (default: "
              + TrainingSettings.DEFAULT_SHIFT
              + ").")
  private Boolean shift;

  @Option(
      names = "--jitter",
      paramLabel = "X",
      description =
          "Noise on training windows, in standard deviations of a channel (default: "
              + TrainingSettings.DEFAULT_JITTER
              + ").")
  private Double jitter;

  @Option(
      names = "--scaling",
      paramLabel = "X",
      description =
          "Scale what each channel of a training window is off its mean: 0.1 by about 10 %%, 2 at"
              + " most (default: "
              + TrainingSettings.DEFAULT_SCALING
              + ").")
  private Double scaling;

  @Option(
      names = "--time-warp",
      paramLabel = "X",
      description =
          "Let time in a training window run faster and slower, by this share at most (default: "
              + TrainingSettings.DEFAULT_TIME_WARP
              + ").")
  private Double timeWarp;

  @Option(
      names = "--class-weights",
      paramLabel = "KIND",
      converter = ClassWeightsConverter.class,
      description =
          "How much errors on each class count: balanced, none, or label=weight,label=weight"
              + " (default: balanced).")
  private ClassWeights classWeights;

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
          "Adam's largest step size (default: " + TrainingSettings.DEFAULT_LEARNING_RATE + ").")
  private Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "KIND",
      description =
          "How the step size goes from epoch to epoch: cosine, constant, step or one-cycle"
              + " (default: cosine).")
  private Schedule schedule;

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
      description =
          "Train a model no longer than this, such as 90s, with fewer epochs if need be (default:"
              + " 8m).")
  private TimeSpan timeLimit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Same seed, same data: same model (default: " + TrainingSettings.DEFAULT_SEED + ").")
  private Long seed;

  @Mixin private ClusterOptions cluster;

  /**
   * The recordings to train on, without copies.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if they cannot be read or have too few labels
   */
  Recordings recordings(TrainingProgress progress) {
    Recordings read = read(recordingOptions.data(), progress);
    Recordings recordings = read.withoutCopies();
    int copies = read.recordings().size() - recordings.recordings().size();
    if (copies > 0) {
      progress.note(
          copies
              + " of "
              + read.recordings().size()
              + " recordings have the samples of another one and are left out");
    }
    LabelCounts labels = new LabelCounts(recordings);
    labels.requireSeveral(recordingOptions.data());
    labels.once().forEach(progress::note);
    return recordings;
  }

  /**
   * The recordings to test on; null: a part of the others.
   *
   * @param training the others, to look for copies of
   */
  Recordings testRecordings(Recordings training, TrainingProgress progress) {
    if (test == null) {
      return null;
    }
    Recordings recordings = read(test, progress);
    recordings.copiesOf(training).ifPresent(progress::note);
    return recordings;
  }

  private Recordings read(List<String> sources, TrainingProgress progress) {
    Map<String, String> settings = cluster.settings(command);
    settings.put("bootstrap.servers", cluster.bootstrap());
    return new RecordingReader(recordingOptions.layout(), settings, progress::note)
        .readAll(sources);
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
    set(shift, builder::shift);
    set(jitter, builder::jitter);
    set(scaling, builder::scaling);
    set(timeWarp, builder::timeWarp);
    set(classWeights, builder::classWeights);
    set(schedule, builder::schedule);
    set(epochs, builder::epochs);
    set(batch, builder::batch);
    set(learningRate, builder::learningRate);
    set(patience, builder::patience);
    set(seed, builder::seed);
    builder.periodMicros(recordingOptions.periodMicros());
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

  /** Reads weights of classes from the command line. */
  static final class ClassWeightsConverter implements ITypeConverter<ClassWeights> {
    @Override
    public ClassWeights convert(String text) {
      try {
        return ClassWeights.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
