package dev.whisker.trainer.training;

import dev.whisker.classifier.build.Build;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.bundle.Split;
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
import dev.whisker.trainer.network.NetworkState;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Makes a bundle from recordings: split, windows, statistics of the training part, network, ONNX,
 * and what the bundle reaches once it is read back. The same recordings and settings give the same
 * bytes on the same machine, unless the time limit cuts a training short. One training at a time in
 * a process: deeplearning4j's random numbers are shared.
 */
public final class Training {
  /** The largest difference of a probability by ONNX from deeplearning4j's. */
  public static final float MOST_DIFFERENCE = 1e-4f;

  /** Fewer steps leave a recurrent network nothing to recur over. */
  private static final int FEW_STEPS = 4;

  private static final double NO_REJECTION = 0;
  private static final double NO_TEMPERATURE = 1;
  private static final int SHORT_VERSION = 8;
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final Clock clock;
  private final BooleanSupplier stop;
  private final Checkpoints checkpoints;

  /**
   * A training that nobody stops and that leaves no checkpoints.
   *
   * @param clock tells how long it takes, and when a bundle was created if neither the settings nor
   *     the recordings do
   */
  public Training(Clock clock) {
    this(clock, () -> false, Checkpoints.none());
  }

  /**
   * A training.
   *
   * @param clock tells how long it takes, and when a bundle was created if neither the settings nor
   *     the recordings do
   * @param stop whether to end early, with the best network so far; asked after every batch
   * @param checkpoints what to go on from, and where to leave what a later one can go on from
   */
  public Training(Clock clock, BooleanSupplier stop, Checkpoints checkpoints) {
    this.clock = clock;
    this.stop = stop;
    this.checkpoints = checkpoints;
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
    Map<String, String> identity =
        checkpoints.isOn() ? Checkpoints.identity(recordings, test, given) : Map.of();
    return train(
        recordings,
        settings -> new TrainingData(recordings, test, settings),
        given,
        kind -> checkpoints.of(kind, identity),
        progress);
  }

  /**
   * Tells how good a training with these settings is: the devices are split into folds, and each of
   * them is tested on what was trained on all others. The models are not kept, and no checkpoints
   * are left. A fold that cannot be trained is told of and left out; so are those that are not
   * finished when somebody stops it.
   *
   * @param recordings of at least one device a fold, and two a label
   * @param given everything that can be set; each training has the whole time limit
   * @param folds how many, 2 or more
   * @param progress is told how it goes
   * @return null if no fold was finished
   * @throws CommandFailure if there are too few devices, or they are split by time
   */
  public CrossValidation crossValidate(
      Recordings recordings, TrainingSettings given, int folds, TrainingProgress progress) {
    TrainingData.requireFoldable(null, given);
    SeveralTrainings all = new SeveralTrainings(progress, folds);
    List<Evaluation> tested = new ArrayList<>();
    for (Split split : TrainingData.folds(recordings, given, folds)) {
      if (stop.getAsBoolean()) {
        break;
      }
      all.next();
      try {
        Evaluation test =
            train(
                    recordings,
                    settings -> new TrainingData(recordings, null, settings, split),
                    given,
                    kind -> Checkpoint.none(),
                    all)
                .test();
        if (test != null && !stop.getAsBoolean()) {
          tested.add(test);
        }
      } catch (CommandFailure e) {
        all.note("The fold that tests on " + split.test() + " is left out: " + e.getMessage());
      }
    }
    return tested.isEmpty()
        ? null
        : new CrossValidation(
            tested.size(),
            Spread.of(tested.stream().mapToDouble(Evaluation::accuracy).toArray()),
            Spread.of(tested.stream().mapToDouble(Evaluation::macroF1).toArray()));
  }

  /**
   * Checks that recordings can be cross-validated, before a model is trained on all of them.
   *
   * @throws CommandFailure as {@link #crossValidate}
   */
  public static void requireFoldable(
      Recordings recordings, Recordings test, TrainingSettings given, int folds) {
    TrainingData.requireFoldable(test, given);
    TrainingData.folds(recordings, given, folds);
  }

  private TrainedModel train(
      Recordings recordings,
      Function<TrainingSettings, TrainingData> cut,
      TrainingSettings given,
      Function<String, Checkpoint> checkpoint,
      TrainingProgress progress) {
    if (given.network().equals(TrainingSettings.AUTO)) {
      return best(recordings, cut, given, checkpoint, progress);
    }
    TrainingData data = cut.apply(given);
    return withBaselines(
        trainOn(
            recordings,
            data,
            given,
            given.timeLimit(),
            checkpoint.apply(given.network()),
            progress),
        data);
  }

  /**
   * Trains on what has been split already; without baselines.
   *
   * @param timeLimit when to stop, within that of the settings; null: never
   */
  TrainedModel trainOn(
      Recordings recordings,
      TrainingData data,
      TrainingSettings given,
      Duration timeLimit,
      Checkpoint checkpoint,
      TrainingProgress progress) {
    requireSomethingToCarry(data, given);
    Statistics statistics = new Statistics(data.trainingBlocks());
    Normalizer normalizer = statistics.normalizer();
    LabelledWindows training = data.labelled(data.training());
    TrainingSettings settings = given.fittedTo(training.size());
    LabelledWindows validation = data.labelled(data.validation());
    boolean testable = data.labelled(data.test()).size() > 0;
    note(recordings, statistics, data, validation, testable, progress);
    if (Network.named(given.network()).isStateful() && isRolledWarpedOrScaled(given)) {
      progress.note(
          given.network()
              + " is trained without --roll, --scaling and --time-warp: windows that carry state are"
              + " parts of one recording and must fit together");
    }
    if (Network.named(given.network()).isStateful() && !Lanes.anyChanges(data.training())) {
      progress.note(
          "No stretch of the training part changes its label: a network that carries state learns"
              + " that a label lasts, scores better here than where labels change, and lags behind a"
              + " change. Train it on recordings in which labels change, or use --network lstm");
    }

    List<Double> classWeights = settings.classWeights().of(data.labels(), training.counts());
    AfterTraining after = new AfterTraining(data, classWeights, settings, progress);
    MultiLayerNetwork network = network(data.shape(), settings, classWeights);
    List<TrainingProgress.Epoch> history =
        new NetworkTrainer(
                network,
                data,
                normalizer,
                training,
                validation,
                settings.withTimeLimit(timeLimit),
                clock,
                stop,
                checkpoint,
                progress)
            .train();
    TrainingProgress.Epoch last = history.get(history.size() - 1);
    if (last.epochs() < settings.epochs()) {
      progress.note(
          "The time limit of "
              + timeLimit.toSeconds()
              + " s has cut "
              + settings.network()
              + " from "
              + settings.epochs()
              + " to "
              + last.epochs()
              + " epochs: on a faster or slower machine the model may be another one");
    }

    Bundle uncalibrated =
        readBack(bundle(recordings, data, statistics, network, settings, history, NO_TEMPERATURE));
    double temperature = after.temperature(classify(uncalibrated, data.validation()));
    Bundle calibrated =
        readBack(bundle(recordings, data, statistics, network, settings, history, temperature));
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
        last.elapsed(),
        AfterTraining.markov(data, classWeights));
  }

  private static boolean isRolledWarpedOrScaled(TrainingSettings settings) {
    return Boolean.TRUE.equals(settings.roll())
        || settings.scaling() > 0
        || settings.timeWarp() > 0;
  }

  private static void requireSomethingToCarry(TrainingData data, TrainingSettings settings) {
    if (Network.named(settings.network()).isStateful()
        && !DeviceWindows.anyFollow(data.training())) {
      throw new CommandFailure(
          "The network "
              + settings.network()
              + " carries its state from window to window, and no window of "
              + data.spec().length()
              + " samples of the training part follows on another one. Use --network lstm, which is"
              + " then the same, or a shorter --window");
    }
  }

  /** Of some candidates the one that {@link #choose} takes. */
  private TrainedModel best(
      Recordings recordings,
      Function<TrainingSettings, TrainingData> cut,
      TrainingSettings given,
      Function<String, Checkpoint> checkpoint,
      TrainingProgress progress) {
    TrainingData first = cut.apply(Candidate.FIRST.of(given));
    boolean choosable = first.labelled(first.validation()).size() > 0;
    List<Candidate> candidates = Candidate.of(given, first.spec().length());
    SeveralTrainings all = new SeveralTrainings(progress, candidates.size());
    Map<Candidate, TrainedModel> tried = new LinkedHashMap<>();
    CommandFailure failure = null;
    int toCome = candidates.size();
    for (Candidate candidate : candidates) {
      if (!tried.isEmpty() && stop.getAsBoolean()) {
        all.note("Stopped: " + candidate + " was not tried");
        continue;
      }
      all.next();
      TrainingSettings one = candidate.of(given);
      Duration share = share(given.timeLimit(), all.spent(), choosable ? toCome-- : 1);
      try {
        TrainingData data = candidate.equals(Candidate.FIRST) ? first : cut.apply(one);
        TrainedModel model =
            trainOn(recordings, data, one, share, checkpoint.apply(candidate.file()), all);
        all.took(model.time());
        tried.put(candidate, model);
      } catch (CommandFailure e) {
        failure = e;
        all.note(candidate + " cannot be trained: " + e.getMessage());
      }
      if (!tried.isEmpty() && !choosable) {
        all.note("Took " + candidate + ": without a validation part there is no choosing");
        break;
      }
    }
    if (tried.isEmpty()) {
      throw failure;
    }
    Candidate kept = choosable ? choose(tried, progress) : tried.keySet().iterator().next();
    // The windows are the same for all; only their frames differ.
    return withBaselines(tried.get(kept), first);
  }

  /** A training's share of what is left of the time limit; null: there is none. */
  private static Duration share(Duration timeLimit, Duration spent, int trainings) {
    if (timeLimit == null) {
      return null;
    }
    Duration left = timeLimit.minus(spent).dividedBy(trainings);
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }

  /**
   * The candidate with the best epoch on the validation part; of those within a standard error of
   * it the one that is usually best elsewhere, if it is there.
   */
  private static Candidate choose(Map<Candidate, TrainedModel> tried, TrainingProgress progress) {
    Candidate best = null;
    for (Candidate candidate : tried.keySet()) {
      if (best == null || tried.get(candidate).isBetterOnValidation(tried.get(best))) {
        best = candidate;
      }
    }
    double accuracy = tried.get(best).validationAccuracy();
    int windows = tried.get(best).validationWindows();
    double noise = Spread.standardError(accuracy, windows);
    List<String> accuracies = new ArrayList<>();
    List<Candidate> near = new ArrayList<>();
    tried.forEach(
        (candidate, model) -> {
          double own = model.validationAccuracy();
          accuracies.add(String.format(Locale.ROOT, "%s %.4f", candidate, own));
          if (accuracy - own <= noise) {
            near.add(candidate);
          }
        });
    Candidate kept = near.stream().filter(Candidate::isUsuallyBest).findFirst().orElse(best);
    progress.note(
        "Accuracy on the validation part: " + String.join(", ", accuracies) + "; kept " + kept);
    near.remove(kept);
    if (!near.isEmpty()) {
      progress.note(
          String.format(
              Locale.ROOT,
              "Which is best may be chance: %s and %s are within a standard error (%.4f) of the best"
                  + " on %d windows%s",
              kept,
              String.join(", ", near.stream().map(Candidate::toString).toList()),
              noise,
              windows,
              kept.isUsuallyBest() ? ", and of such " + kept + " is usually best elsewhere" : ""));
    }
    return kept;
  }

  private static TrainedModel withBaselines(TrainedModel model, TrainingData data) {
    if (model.test() == null) {
      return model;
    }
    Evaluation test =
        model
            .test()
            .with(Evaluator.baselines(model.bundle().manifest(), data.training(), data.test()));
    return model.withTest(readBack(withTest(model.bundle(), test)), test);
  }

  private static void note(
      Recordings recordings,
      Statistics statistics,
      TrainingData data,
      LabelledWindows validation,
      boolean testable,
      TrainingProgress progress) {
    data.dropped().ifPresent(progress::note);
    data.shared().ifPresent(progress::note);
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
      List<TrainingProgress.Epoch> history,
      double temperature) {
    Normalizer normalizer = statistics.normalizer();
    byte[] onnx = OnnxExport.write(network, data.shape(), normalizer, temperature);
    String version = settings.version();
    Manifest manifest =
        new Manifest(
            Bundle.FORMAT_VERSION,
            settings.name(),
            version != null ? version : Bundle.sha256(onnx).substring(0, SHORT_VERSION),
            created(recordings, settings).toString(),
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
            provenance(recordings, settings, history),
            Map.of());
    manifest = manifest.withState(new NetworkState(network).described());
    return new Bundle(manifest, onnx, NetworkFile.write(network));
  }

  /** From the recordings, so that the same ones give the same bytes. */
  private Instant created(Recordings recordings, TrainingSettings settings) {
    if (settings.created() != null) {
      return settings.created();
    }
    return recordings.asOf() != null ? recordings.asOf() : clock.instant();
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

  /**
   * Where what is trained comes from.
   *
   * @param history every epoch; may be empty
   */
  public static Manifest.Provenance provenance(
      Recordings recordings, TrainingSettings settings, List<TrainingProgress.Epoch> history) {
    Build build = Build.read();
    return new Manifest.Provenance(
        recordings.sha256(),
        recordings.recordings().size(),
        settings.seed(),
        new TreeMap<>(settings.described()),
        build.libraries(),
        build.commit(),
        TrainingProgress.recorded(history));
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
      if (classifier.stateSize() > 0) {
        return StatefulParity.of(bundle, classifier, windows);
      }
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
            .withTest(Evaluator.toRecord(test))
            .withQuality(bundle.manifest().quality().withTest(test.quality())),
        bundle.onnx(),
        bundle.dl4j());
  }
}
