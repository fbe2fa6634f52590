package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.calibration.MarkovOnTop;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.Evaluator;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.evaluation.NearestNeighbor;
import dev.whisker.trainer.evaluation.TimeWarpingNeighbor;
import dev.whisker.trainer.kernels.KernelClassifier;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.DeviceWindows;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Trains and tests every kind of model on the same splits of the same recordings: baselines that
 * need no network, and networks.
 */
public final class Comparison {
  /** Always the most frequent label. */
  public static final String MAJORITY = "majority";

  /** The label of the most similar window. */
  public static final String NEAREST_NEIGHBOR = "nearest-neighbor";

  /** The label of the most similar window, where time may run faster or slower. */
  public static final String NEAREST_NEIGHBOR_DTW = "nearest-neighbor-dtw";

  /** Random convolution kernels with ridge regression. */
  public static final String KERNELS = "random-kernels";

  /** What the name of a model ends with that has a Markov filter on top of it. */
  public static final String FILTERED = " + markov";

  private static final List<String> BASELINES =
      List.of(MAJORITY, NEAREST_NEIGHBOR, NEAREST_NEIGHBOR_DTW, KERNELS);

  private static final double NANOS_A_MICRO = 1e3;
  private static final double NANOS_A_SECOND = 1e9;
  private static final double NEXT_TO = 0.005;

  private final Clock clock;
  private final BooleanSupplier stop;

  /**
   * A comparison that nobody stops.
   *
   * @param clock tells how long trainings take
   */
  public Comparison(Clock clock) {
    this(clock, () -> false);
  }

  /**
   * A comparison.
   *
   * @param clock tells how long trainings take
   * @param stop whether to end with the rows that are finished; asked after every batch
   */
  public Comparison(Clock clock, BooleanSupplier stop) {
    this.clock = clock;
    this.stop = stop;
  }

  /**
   * Compares. A kind of network that cannot be trained is told of and left out; what was begun when
   * somebody stops it, too.
   *
   * @param recordings to train and validate on, and to test on unless others are given
   * @param test other recordings to test on; null: a part of the first ones
   * @param settings of all trainings but for the kind of network; the time limit is that of each
   * @param networks the kinds of networks, at least one
   * @param seeds how often all of it is done, each time with another seed and so another split
   * @param folds into how many folds the devices are split, to test on one after the other; 0: one
   *     split as the settings say
   * @param progress is told how the trainings go
   * @return a row a model, the baselines first
   * @throws CommandFailure if there is nothing to test on, or no row is finished
   */
  public List<Row> compare(
      Recordings recordings,
      Recordings test,
      TrainingSettings settings,
      List<String> networks,
      int seeds,
      int folds,
      TrainingProgress progress) {
    List<Round> rounds = rounds(recordings, test, settings, seeds, folds);
    SeveralTrainings all = new SeveralTrainings(progress, rounds.size() * networks.size());
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    CommandFailure failure = null;
    int complete = 0;
    for (Round round : rounds) {
      Map<String, Run> own = new LinkedHashMap<>();
      try {
        run(round, recordings, test, networks, own, all);
      } catch (CommandFailure e) {
        failure = e;
        all.note(round.name() + " cannot be compared: " + e.getMessage());
      }
      // Rows are means over the same splits: a round that was stopped counts where it is the only
      // one.
      if (!stop.getAsBoolean() || complete == 0) {
        own.forEach((name, run) -> runs.computeIfAbsent(name, n -> new ArrayList<>()).add(run));
      }
      if (stop.getAsBoolean()) {
        all.note("Stopped: what was not finished is left out");
        break;
      }
      complete += own.isEmpty() ? 0 : 1;
    }
    if (runs.isEmpty()) {
      throw failure != null
          ? failure
          : new CommandFailure("Stopped before the first row was finished");
    }
    List<Row> rows = new ArrayList<>();
    List<String> order = new ArrayList<>(BASELINES);
    order.addAll(networks);
    for (String model : order) {
      for (String name : List.of(model, model + FILTERED)) {
        if (runs.containsKey(name)) {
          rows.add(Row.of(name, networks.contains(model), runs.get(name)));
        }
      }
    }
    return List.copyOf(rows);
  }

  private static List<Round> rounds(
      Recordings recordings, Recordings test, TrainingSettings settings, int seeds, int folds) {
    if (folds > 0) {
      TrainingData.requireFoldable(test, settings);
    }
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      TrainingSettings seeded = settings.withSeed(settings.seed() + i);
      String name = "Seed " + seeded.seed();
      if (folds == 0) {
        rounds.add(new Round(name, seeded, null));
        continue;
      }
      for (Split split : TrainingData.folds(recordings, seeded, folds)) {
        rounds.add(new Round(name + ", fold " + (rounds.size() % folds + 1), seeded, split));
      }
    }
    return rounds;
  }

  /** One round: all models on one split. Ends early when somebody stops it. */
  private void run(
      Round round,
      Recordings recordings,
      Recordings test,
      List<String> networks,
      Map<String, Run> runs,
      SeveralTrainings progress) {
    // Only the frame depends on the kind of network; the windows are the same for all, but for
    // networks that carry state.
    String first =
        networks.stream()
            .filter(network -> !Network.named(network).isStateful())
            .findFirst()
            .orElse(networks.get(0));
    baselines(round.data(recordings, test, first), round.settings(), runs, progress);
    for (String network : networks) {
      if (stop.getAsBoolean()) {
        return;
      }
      progress.next();
      progress.note(round.name() + ": training " + network);
      try {
        TrainingSettings kind = of(network, round.settings());
        TrainingData data = round.data(recordings, test, network);
        if (Network.named(network).isStateful() && !DeviceWindows.anyFollow(data.training())) {
          progress.note(
              network
                  + " is left out: no window of "
                  + data.spec().length()
                  + " samples follows on another one, so that it would be the same as lstm");
          continue;
        }
        TrainedModel model =
            new Training(clock, stop, Checkpoints.none())
                .trainOn(recordings, data, kind, kind.timeLimit(), Checkpoint.none(), progress);
        if (stop.getAsBoolean()) {
          return;
        }
        putNetwork(runs, network, model, data);
      } catch (CommandFailure e) {
        progress.note(network + " cannot be trained: " + e.getMessage());
      }
    }
  }

  /** The settings of one kind: a network that carries state takes windows without overlap. */
  private static TrainingSettings of(String network, TrainingSettings settings) {
    TrainingSettings kind = settings.withNetwork(network);
    return Network.named(network).isStateful() ? kind.withHop(null) : kind;
  }

  private void baselines(
      TrainingData data,
      TrainingSettings settings,
      Map<String, Run> runs,
      TrainingProgress progress) {
    Normalizer normalizer = new Statistics(data.trainingBlocks()).normalizer();
    LabelledWindows training = data.labelled(data.training());
    LabelledWindows test = data.labelled(data.test());
    if (test.size() == 0) {
      throw new CommandFailure(
          "No window with a known label is left to compare on. Give more recordings, --test, or"
              + " another --test-share");
    }
    data.shared().ifPresent(progress::note);
    progress.note(
        "Comparing on " + test.size() + " windows, trained on " + training.size() + " others");
    ConfusionMatrix majority = Evaluator.majority(training, test, data.labels());
    runs.put(MAJORITY, Run.of(majority, 0, 0, 0));

    long windowBytes = (long) data.shape().values() * Float.BYTES;
    ConfusionMatrix nearest = new ConfusionMatrix(data.labels());
    long begin = System.nanoTime();
    NearestNeighbor neighbors = new NearestNeighbor(training, normalizer);
    int used = neighbors.classify(test, nearest);
    runs.put(NEAREST_NEIGHBOR, Run.of(nearest, 0, System.nanoTime() - begin, used * windowBytes));
    putFiltered(runs, NEAREST_NEIGHBOR, data, neighbors::labels, neighbors::covers);

    TimeWarpingNeighbor warping = new TimeWarpingNeighbor(training, normalizer);
    if (!warping.canFinish(test.size())) {
      progress.note(
          NEAREST_NEIGHBOR_DTW
              + " is left out: warping "
              + test.size()
              + " windows of "
              + data.spec().length()
              + " samples onto "
              + training.size()
              + " others would take too long");
    } else if (!stop.getAsBoolean()) {
      ConfusionMatrix warped = new ConfusionMatrix(data.labels());
      begin = System.nanoTime();
      used = warping.classify(test, warped);
      long nanos = System.nanoTime() - begin;
      runs.put(NEAREST_NEIGHBOR_DTW, Run.of(warped, 0, nanos, used * windowBytes));
      if (warped.windows() < test.size()) {
        progress.note(
            NEAREST_NEIGHBOR_DTW
                + " was asked about "
                + warped.windows()
                + " of the "
                + test.size()
                + " windows, with "
                + used
                + " of the "
                + training.size()
                + " others: all of them would take too long");
      }
    }
    if (stop.getAsBoolean()) {
      return;
    }
    begin = System.nanoTime();
    KernelClassifier kernels =
        new KernelClassifier(training, normalizer, data.labels().size(), settings.seed());
    double seconds = (System.nanoTime() - begin) / NANOS_A_SECOND;
    if (kernels.trainedOn() < training.size()) {
      progress.note(
          KERNELS
              + " was trained on "
              + kernels.trainedOn()
              + " of the "
              + training.size()
              + " windows: all of them would take too much memory");
    }
    ConfusionMatrix byKernels = new ConfusionMatrix(data.labels());
    begin = System.nanoTime();
    kernels.classify(test, byKernels);
    runs.put(
        KERNELS,
        Run.of(
            byKernels,
            seconds,
            System.nanoTime() - begin,
            kernels.floats(data.labels().size()) * Float.BYTES));
    putFiltered(runs, KERNELS, data, kernels::labels, windows -> true);
  }

  /** A baseline with a filter on top, where windows follow each other and some validate. */
  private static void putFiltered(
      Map<String, Run> runs,
      String name,
      TrainingData data,
      Function<List<Window>, int[]> labels,
      IntPredicate covers) {
    List<Window> validation = windows(data.validation());
    List<Window> test = windows(data.test());
    if (validation.isEmpty()
        || !DeviceWindows.anyFollow(data.test())
        || !covers.test(validation.size() + test.size())) {
      return;
    }
    List<Double> even = Collections.nCopies(data.labels().size(), 1.0);
    ConfusionMatrix filtered =
        new MarkovOnTop(AfterTraining.markov(data, even), data.labels())
            .score(data.validation(), labels.apply(validation), data.test(), labels.apply(test));
    runs.put(name + FILTERED, runs.get(name).with(filtered));
  }

  private static List<Window> windows(List<DeviceWindows> devices) {
    return devices.stream().flatMap(device -> device.windows().stream()).toList();
  }

  private static void putNetwork(
      Map<String, Run> runs, String name, TrainedModel model, TrainingData data) {
    int windows = data.test().stream().mapToInt(device -> device.windows().size()).sum();
    int labels = data.labels().size();
    long nanos;
    List<ClassifiedWindows> classified;
    try (SequenceClassifier classifier = Engine.named("onnx").open(model.bundle())) {
      ClassifiedWindows.of(classifier, labels, data.test());
      long begin = System.nanoTime();
      classified = ClassifiedWindows.of(classifier, labels, data.test());
      nanos = System.nanoTime() - begin;
    }
    Run run =
        new Run(
            model.test().accuracy(),
            model.test().macroF1(),
            model.test().windows(),
            model.time().toMillis() / 1e3,
            nanos / NANOS_A_MICRO / windows,
            model.bundle().onnx().length);
    runs.put(name, run);
    if (DeviceWindows.anyFollow(data.test())) {
      MarkovOnTop filter = new MarkovOnTop(model.markov(), data.labels());
      runs.put(name + FILTERED, run.with(filter.score(classified)));
    }
  }

  /** Which network to take, what speaks against it, and what a Markov filter on top of it does. */
  public static String recommendation(List<Row> rows) {
    List<Row> unfiltered = rows.stream().filter(row -> !row.hasFilter()).toList();
    String text = recommendationOf(unfiltered);
    Comparator<Row> byAccuracy = Comparator.comparingDouble(Row::accuracy);
    Row network = unfiltered.stream().filter(Row::isNetwork).max(byAccuracy).orElse(null);
    Row filtered =
        rows.stream()
            .filter(row -> row.isNetwork() && row.hasFilter())
            .max(byAccuracy)
            .orElse(null);
    return network == null || filtered == null || filtered.accuracy() <= network.accuracy()
        ? text
        : text
            + String.format(
                Locale.ROOT,
                " A filter over consecutive windows helps: the stable label of %s is right in %.4f.",
                filtered.name(),
                filtered.accuracy());
  }

  private static String recommendationOf(List<Row> rows) {
    int most = rows.stream().mapToInt(Row::runs).max().orElseThrow();
    // What was not on every split has no mean to be compared with those that were.
    List<Row> whole = rows.stream().filter(row -> row.runs() == most).toList();
    Comparator<Row> byAccuracy =
        Comparator.comparingDouble(Row::accuracy)
            .thenComparingDouble(row -> -row.microsPerWindow());
    Row best = whole.stream().max(byAccuracy).orElseThrow();
    Row network = whole.stream().filter(Row::isNetwork).max(byAccuracy).orElse(null);
    if (network == null) {
      return String.format(
          Locale.ROOT,
          "%s is the most accurate (%.4f), but only networks are served.",
          best.name(),
          best.accuracy());
    }
    List<Row> others =
        whole.stream().filter(row -> row.isNetwork() && !row.equals(network)).toList();
    StringBuilder text = new StringBuilder();
    append(
        text,
        others.isEmpty()
            ? "Take %s: it is the only network (%.4f)."
            : "Take %s: it is the most accurate network (%.4f).",
        network.name(),
        network.accuracy());
    List<String> near =
        others.stream().filter(row -> isNoise(network, row)).map(Row::name).toList();
    if (!near.isEmpty()) {
      append(
          text,
          most > 1
              ? " That it is ahead of %s may be chance: the difference is within the spread over %d"
                  + " runs."
              : " That it is ahead of %s may be chance: the difference is within the standard error"
                  + " of one run. --seeds or --folds would tell.",
          String.join(", ", near),
          most);
    }
    if (best.accuracy() > network.accuracy()) {
      append(
          text,
          " %s is better (%.4f)%s, but is not served: more recordings may close the gap.",
          best.name(),
          best.accuracy(),
          isNoise(best, network) ? ", though by no more than chance" : "");
    }
    others.stream()
        .filter(row -> network.accuracy() - row.accuracy() <= NEXT_TO)
        .filter(row -> row.microsPerWindow() < network.microsPerWindow() / 2)
        .min(Comparator.comparingDouble(Row::microsPerWindow))
        .ifPresent(
            row ->
                append(
                    text,
                    " %s is within %.4f of it at %.0f %% of its time a window.",
                    row.name(),
                    network.accuracy() - row.accuracy(),
                    100 * row.microsPerWindow() / network.microsPerWindow()));
    otherWindows(rows, text);
    return text.toString();
  }

  /** Which networks were scored on other windows of the same recordings. */
  private static void otherWindows(List<Row> rows, StringBuilder text) {
    for (Row row : rows) {
      if (row.isNetwork() && Network.named(row.name()).isStateful()) {
        rows.stream()
            .filter(other -> other.isNetwork() && other.windows() != row.windows())
            .findFirst()
            .ifPresent(
                other ->
                    append(
                        text,
                        " %s carries its state and was scored on %d windows without overlap; the"
                            + " others on %d windows of the same recordings.",
                        row.name(),
                        row.windows(),
                        other.windows()));
      }
    }
  }

  private static void append(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  /** Whether a better row is so by no more than what rows differ by from run to run. */
  private static boolean isNoise(Row better, Row worse) {
    double noise =
        better.runs() > 1
            ? Math.max(better.accuracySd(), worse.accuracySd())
            : Spread.standardError(worse.accuracy(), worse.windows());
    return better.accuracy() - worse.accuracy() <= noise;
  }

  /**
   * One pass over all models.
   *
   * @param name for people
   * @param split of all of them; null: as the settings say
   */
  private record Round(String name, TrainingSettings settings, Split split) {
    TrainingData data(Recordings recordings, Recordings test, String network) {
      TrainingSettings own = of(network, settings);
      return split == null
          ? new TrainingData(recordings, test, own)
          : new TrainingData(recordings, null, own, split);
    }
  }

  /** One model on one split. */
  private record Run(
      double accuracy,
      double macroF1,
      int windows,
      double seconds,
      double microsPerWindow,
      long bytes) {
    static Run of(ConfusionMatrix counts, double seconds, long nanos, long bytes) {
      return new Run(
          counts.accuracy(),
          counts.macroF1(),
          counts.windows(),
          seconds,
          nanos / NANOS_A_MICRO / counts.windows(),
          bytes);
    }

    /** The same model with other labels; what a filter takes and keeps is too little to see. */
    Run with(ConfusionMatrix labels) {
      return new Run(
          labels.accuracy(), labels.macroF1(), labels.windows(), seconds, microsPerWindow, bytes);
    }
  }

  /**
   * How one kind of model did; means over the runs.
   *
   * @param name the network's, or the baseline's, with {@value #FILTERED} if a Markov filter over
   *     consecutive windows is on top of it
   * @param isNetwork whether it is a network, which can be served
   * @param accuracy the share of the test windows whose label was right
   * @param macroF1 the mean of the labels' F1 scores
   * @param accuracySd the standard deviation of the accuracy over the runs; 0 of one
   * @param trainSeconds how long training took
   * @param microsPerWindow how long a window takes, of many: networks as they are served, on one
   *     core; baselines on all cores
   * @param bytes the size of the network as it is served, or of what the baseline has to keep
   * @param accuracyMin the least accuracy of a run
   * @param accuracyMax the most
   * @param macroF1Sd the standard deviation of the macro F1 over the runs; 0 of one
   * @param runs how many, one a seed and fold
   * @param windows how many windows it was scored on, the mean over the runs
   */
  public record Row(
      String name,
      boolean isNetwork,
      double accuracy,
      double macroF1,
      double accuracySd,
      double trainSeconds,
      double microsPerWindow,
      long bytes,
      double accuracyMin,
      double accuracyMax,
      double macroF1Sd,
      int runs,
      int windows) {
    /** Whether it is a Markov filter on top of another row's model. */
    public boolean hasFilter() {
      return name.endsWith(FILTERED);
    }

    /** The name of the model, without the filter on top of it. */
    public String model() {
      return hasFilter() ? name.substring(0, name.length() - FILTERED.length()) : name;
    }

    private static Row of(String name, boolean isNetwork, List<Run> runs) {
      Spread accuracy = Spread.of(runs.stream().mapToDouble(Run::accuracy).toArray());
      Spread macroF1 = Spread.of(runs.stream().mapToDouble(Run::macroF1).toArray());
      return new Row(
          name,
          isNetwork,
          accuracy.mean(),
          macroF1.mean(),
          accuracy.sd(),
          runs.stream().mapToDouble(Run::seconds).average().orElseThrow(),
          runs.stream().mapToDouble(Run::microsPerWindow).average().orElseThrow(),
          Math.round(runs.stream().mapToLong(Run::bytes).average().orElseThrow()),
          accuracy.min(),
          accuracy.max(),
          macroF1.sd(),
          runs.size(),
          (int) Math.round(runs.stream().mapToInt(Run::windows).average().orElseThrow()));
    }
  }
}
