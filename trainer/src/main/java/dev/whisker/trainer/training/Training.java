package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.trainer.engine.Dl4jClassifier;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.Evaluation;
import dev.whisker.trainer.evaluation.Evaluator;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.export.NetworkFile;
import dev.whisker.trainer.export.OnnxExport;
import dev.whisker.trainer.layers.FastLayers;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkShape;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Makes a bundle from recordings: split, windows, statistics of the training part, network, ONNX,
 * and what the bundle reaches once it is read back. The same recordings, settings and time of
 * creation give the same bytes, unless the time limit cuts a training short. One training at a time
 * in a process: deeplearning4j's random numbers are shared.
 */
public final class Training {
  /** The largest difference of a probability by ONNX from deeplearning4j's. */
  public static final float MOST_DIFFERENCE = 1e-4f;

  /** Fewer steps leave a recurrent network nothing to recur over. */
  private static final int FEW_STEPS = 4;

  /** What is tried, the simplest first: of equally good ones it is kept. */
  private static final List<String> TRIED = List.of("lstm", "cnn-lstm");

  private static final double NO_REJECTION = 0;
  private static final double NO_TEMPERATURE = 1;
  private static final int SHORT_VERSION = 8;

  private final Clock clock;

  /**
   * A training.
   *
   * @param clock tells how long it takes, and when a bundle was created if the settings do not
   */
  public Training(Clock clock) {
    this.clock = clock;
  }

  /**
   * The time that {@code SOURCE_DATE_EPOCH} names (<a
   * href="https://reproducible-builds.org/specs/source-date-epoch/">specification</a>); null: none.
   *
   * @throws CommandFailure if it is no time
   */
  public static Instant sourceDate(Map<String, String> environment) {
    String seconds = environment.get("SOURCE_DATE_EPOCH");
    try {
      return seconds == null ? null : Instant.ofEpochSecond(Long.parseLong(seconds));
    } catch (NumberFormatException e) {
      throw new CommandFailure(
          "SOURCE_DATE_EPOCH is '" + seconds + "'; expected seconds since 1970-01-01T00:00Z", e);
    }
  }

  /**
   * Trains.
   *
   * @param recordings to train and validate on, and to test on unless others are given
   * @param test other recordings to test on; null: a part of the first ones
   * @param given everything that can be set
   * @param progress is told how it goes
   * @throws CommandFailure if that cannot be done with these recordings and settings
   */
  public TrainedModel train(
      Recordings recordings, Recordings test, TrainingSettings given, TrainingProgress progress) {
    if (given.network().equals(TrainingSettings.AUTO)) {
      return best(recordings, test, given, progress);
    }
    TrainingData data = new TrainingData(recordings, test, given);
    return withBaselines(trainOn(recordings, data, given, progress), data);
  }

  /** Trains on what has been split already; without baselines. */
  TrainedModel trainOn(
      Recordings recordings, TrainingData data, TrainingSettings given, TrainingProgress progress) {
    Statistics statistics = new Statistics(data.trainingBlocks());
    Normalizer normalizer = statistics.normalizer();
    LabelledWindows training = data.labelled(data.training());
    TrainingSettings settings = given.fittedTo(training.size());
    LabelledWindows validation = data.labelled(data.validation());
    boolean testable = data.labelled(data.test()).size() > 0;
    note(recordings, statistics, data, validation, testable, progress);
    List<Double> classWeights = classWeights(training);
    AfterTraining after = new AfterTraining(data, classWeights, settings, progress);

    Instant begin = clock.instant();
    MultiLayerNetwork network = network(data.shape(), settings, classWeights);
    List<TrainingProgress.Epoch> history =
        new NetworkTrainer(
                network, data, normalizer, training, validation, settings, clock, progress)
            .train();
    Duration time = Duration.between(begin, clock.instant());

    Bundle uncalibrated =
        readBack(bundle(recordings, data, statistics, network, settings, NO_TEMPERATURE));
    double temperature = after.temperature(classify(uncalibrated, data.validation()));
    Bundle calibrated =
        readBack(bundle(recordings, data, statistics, network, settings, temperature));
    Bundle bundle = readBack(complete(calibrated, after, data));
    List<DeviceWindows> compared = testable ? data.test() : data.validation();
    List<ClassifiedWindows> classified = classify(bundle, compared);
    float parity = parity(network, data.shape(), bundle, compared, classified);
    Evaluation evaluation = null;
    if (testable) {
      evaluation = Evaluator.evaluate(bundle.manifest(), Part.TEST, classified);
      bundle = readBack(withTest(bundle, evaluation));
    }
    return new TrainedModel(
        bundle,
        evaluation,
        history,
        training.size(),
        validation.size(),
        parity,
        compared.stream().mapToInt(device -> device.windows().size()).sum(),
        time,
        AfterTraining.markov(data, classWeights));
  }

  /** Of some kinds of networks the one with the best epoch on the validation part. */
  private TrainedModel best(
      Recordings recordings, Recordings test, TrainingSettings given, TrainingProgress progress) {
    Duration limit = given.timeLimit();
    TrainedModel best = null;
    TrainingData bestData = null;
    String bestKind = null;
    List<String> tried = new ArrayList<>();
    for (String kind : TRIED) {
      TrainingSettings unlimited = given.withNetwork(kind);
      TrainingSettings one =
          limit == null ? unlimited : unlimited.withTimeLimit(limit.dividedBy(TRIED.size()));
      TrainingData data = new TrainingData(recordings, test, one);
      TrainedModel model = trainOn(recordings, data, one, progress);
      tried.add(String.format(Locale.ROOT, "%s %.4f", kind, model.validationAccuracy()));
      if (best == null || model.isBetterOnValidation(best)) {
        best = model;
        bestData = data;
        bestKind = kind;
      }
    }
    progress.note(
        "Accuracy on the validation part: " + String.join(", ", tried) + "; kept " + bestKind);
    return withBaselines(best, bestData);
  }

  private static TrainedModel withBaselines(TrainedModel model, TrainingData data) {
    return model.test() == null
        ? model
        : model.withTest(
            model
                .test()
                .with(
                    Evaluator.baselines(model.bundle().manifest(), data.training(), data.test())));
  }

  private static void note(
      Recordings recordings,
      Statistics statistics,
      TrainingData data,
      LabelledWindows validation,
      boolean testable,
      TrainingProgress progress) {
    data.dropped().ifPresent(progress::note);
    if (!data.labelsWithoutWindow().isEmpty()) {
      progress.note(
          "No window has the label "
              + String.join(", ", data.labelsWithoutWindow())
              + ": it never holds for "
              + Math.round(100 * data.spec().truthShare())
              + " % of one. A shorter --window would");
    }
    if (data.shape().steps() < FEW_STEPS && data.spec().length() > FEW_STEPS) {
      progress.note(
          "The network sees each window of "
              + data.spec().length()
              + " samples as "
              + data.shape().steps()
              + " step(s), frames of "
              + data.shape().frame()
              + " samples. A --window with more divisors, or a smaller --frame, gives it more");
    }
    for (int channel : statistics.constantChannels()) {
      progress.note(
          "Channel "
              + recordings.channels().get(channel)
              + " has one value in the whole training part and tells the network nothing");
    }
    if (validation.size() == 0) {
      progress.note("No window validates the training: the last epoch is kept, not the best");
    }
    if (!testable) {
      progress.note("No window with a known label is left to test on: the model is not scored");
    }
  }

  private static Bundle complete(Bundle calibrated, AfterTraining after, TrainingData data) {
    List<ClassifiedWindows> validation = classify(calibrated, data.validation());
    boolean validated = validation.stream().anyMatch(device -> !device.windows().isEmpty());
    return new Bundle(
        after.complete(
            calibrated.manifest(),
            validated ? validation : List.of(),
            validated ? List.of() : classify(calibrated, data.training())),
        calibrated.onnx(),
        calibrated.dl4j());
  }

  private Bundle bundle(
      Recordings recordings,
      TrainingData data,
      Statistics statistics,
      MultiLayerNetwork network,
      TrainingSettings settings,
      double temperature) {
    Normalizer normalizer = statistics.normalizer();
    byte[] onnx = OnnxExport.write(network, data.shape(), normalizer, temperature);
    String version = settings.version();
    Instant created = settings.created();
    Manifest manifest =
        new Manifest(
            Bundle.FORMAT_VERSION,
            settings.name(),
            version != null ? version : Bundle.sha256(onnx).substring(0, SHORT_VERSION),
            (created != null ? created : clock.instant()).toString(),
            recordings.channels().stream().map(name -> new Channel(name, "")).toList(),
            data.spec(),
            data.shape().frame(),
            data.labels(),
            normalizer,
            temperature,
            NO_REJECTION,
            Smoothing.NONE,
            statistics.histograms(),
            null,
            data.split(),
            provenance(recordings, settings),
            Map.of());
    return new Bundle(manifest, onnx, NetworkFile.write(network));
  }

  private static MultiLayerNetwork network(
      NetworkShape shape, TrainingSettings settings, List<Double> classWeights) {
    Nd4j.getRandom().setSeed(settings.seed());
    // More threads make the small products of a step slower.
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Network.named(settings.network())
                .configuration(shape, settings.networkSettings(), classWeights));
    network.init();
    FastLayers.install(network);
    return network;
  }

  /** Weights that make every class count the same, 1 on average over the windows. */
  private static List<Double> classWeights(LabelledWindows training) {
    List<Double> weights = new ArrayList<>();
    for (int count : training.counts()) {
      weights.add((double) training.size() / (training.counts().length * (double) count));
    }
    return weights;
  }

  private static Manifest.Provenance provenance(Recordings recordings, TrainingSettings settings) {
    Build build = Build.read();
    return new Manifest.Provenance(
        recordings.sha256(),
        recordings.recordings().size(),
        settings.seed(),
        new TreeMap<>(settings.described()),
        build.libraries(),
        build.commit());
  }

  private static Bundle readBack(Bundle bundle) {
    return Bundle.read(bundle.toBytes(), bundle.manifest().name());
  }

  private static List<ClassifiedWindows> classify(Bundle bundle, List<DeviceWindows> windows) {
    try (SequenceClassifier classifier = Engine.named("onnx").open(bundle)) {
      return ClassifiedWindows.of(classifier, bundle.manifest().labels().size(), windows);
    }
  }

  /** The largest difference between both engines; refuses one that is too large. */
  private static float parity(
      MultiLayerNetwork network,
      NetworkShape shape,
      Bundle bundle,
      List<DeviceWindows> windows,
      List<ClassifiedWindows> byOnnx) {
    List<ClassifiedWindows> byDl4j;
    try (Dl4jClassifier classifier =
        new Dl4jClassifier(
            network, shape, bundle.manifest().normalizer(), bundle.manifest().temperature())) {
      byDl4j = ClassifiedWindows.of(classifier, shape.labels(), windows);
    }
    float most = 0;
    for (int device = 0; device < byOnnx.size(); device++) {
      float[] actual = byOnnx.get(device).probabilities();
      float[] expected = byDl4j.get(device).probabilities();
      for (int i = 0; i < actual.length; i++) {
        // Also true where one of them is not a number.
        if (!(Math.abs(actual[i] - expected[i]) <= MOST_DIFFERENCE)) {
          throw new CommandFailure(
              "network.onnx gives "
                  + actual[i]
                  + " where deeplearning4j gives "
                  + expected[i]
                  + " (window "
                  + i / shape.labels()
                  + " of device "
                  + byOnnx.get(device).device()
                  + "); at most "
                  + MOST_DIFFERENCE
                  + " apart is expected. No bundle was written; please report this");
        }
        most = Math.max(most, Math.abs(actual[i] - expected[i]));
      }
    }
    return most;
  }

  private static Bundle withTest(Bundle bundle, Evaluation test) {
    return new Bundle(
        bundle
            .manifest()
            .withTest(new Manifest.TestMetrics(test.accuracy(), test.macroF1(), test.windows()))
            .withQuality(bundle.manifest().quality().withTest(test.quality())),
        bundle.onnx(),
        bundle.dl4j());
  }
}
