package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.calibration.MarkovOnTop;
import dev.whisker.trainer.calibration.TransitionEstimate;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.Evaluator;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.evaluation.NearestNeighbor;
import dev.whisker.trainer.kernels.KernelClassifier;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.DeviceWindows;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /** Random convolution kernels with ridge regression. */
  public static final String KERNELS = "random-kernels";

  /** What the name of a model ends with that has a Markov filter on top of it. */
  public static final String FILTERED = " + markov";

  private static final double NANOS_A_MICRO = 1e3;
  private static final double NANOS_A_SECOND = 1e9;
  private static final double NEXT_TO = 0.005;

  private final Clock clock;

  /**
   * A comparison.
   *
   * @param clock tells how long trainings take
   */
  public Comparison(Clock clock) {
    this.clock = clock;
  }

  /**
   * Compares.
   *
   * @param recordings to train and validate on, and to test on unless others are given
   * @param test other recordings to test on; null: a part of the first ones
   * @param settings of all trainings but for the kind of network
   * @param networks the kinds of networks, at least one
   * @param seeds how often all of it is done, each time with another seed and so another split
   * @param progress is told how the trainings go
   * @return a row a model, the baselines first
   * @throws CommandFailure if no window is left to test on, or a training cannot be done
   */
  public List<Row> compare(
      Recordings recordings,
      Recordings test,
      TrainingSettings settings,
      List<String> networks,
      int seeds,
      TrainingProgress progress) {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (int i = 0; i < seeds; i++) {
      TrainingSettings seeded = settings.withSeed(settings.seed() + i);
      // Only the frame depends on the kind of network; the windows are the same for all.
      baselines(
          new TrainingData(recordings, test, seeded.withNetwork(networks.get(0))),
          seeded,
          runs,
          progress);
      for (String network : networks) {
        progress.note("Training " + network + ", seed " + seeded.seed());
        TrainingSettings kind = seeded.withNetwork(network);
        TrainingData data = new TrainingData(recordings, test, kind);
        addNetwork(
            runs, network, new Training(clock).trainOn(recordings, data, kind, progress), data);
      }
    }
    List<Row> rows = new ArrayList<>();
    runs.forEach((name, all) -> rows.add(Row.of(name, isNetwork(name, networks), all)));
    return List.copyOf(rows);
  }

  private static void baselines(
      TrainingData data,
      TrainingSettings settings,
      Map<String, List<Run>> runs,
      TrainingProgress progress) {
    Normalizer normalizer = new Statistics(data.trainingBlocks()).normalizer();
    LabelledWindows training = data.labelled(data.training());
    LabelledWindows test = data.labelled(data.test());
    if (test.size() == 0) {
      throw new CommandFailure(
          "No window with a known label is left to compare on. Give more recordings, --test, or"
              + " another --test-share");
    }
    progress.note(
        "Comparing on " + test.size() + " windows, trained on " + training.size() + " others");
    ConfusionMatrix majority = Evaluator.majority(training, test, data.labels());
    add(runs, MAJORITY, new Run(majority.accuracy(), majority.macroF1(), 0, 0, 0));

    ConfusionMatrix nearest = new ConfusionMatrix(data.labels());
    long begin = System.nanoTime();
    NearestNeighbor neighbors = new NearestNeighbor(training, normalizer);
    int used = neighbors.classify(test, nearest);
    add(
        runs,
        NEAREST_NEIGHBOR,
        new Run(
            nearest.accuracy(),
            nearest.macroF1(),
            0,
            (System.nanoTime() - begin) / NANOS_A_MICRO / nearest.windows(),
            (long) used * data.shape().values() * Float.BYTES));

    addFiltered(runs, NEAREST_NEIGHBOR, data, neighbors::labels, neighbors::covers);

    begin = System.nanoTime();
    KernelClassifier kernels =
        new KernelClassifier(training, normalizer, data.labels().size(), settings.seed());
    double seconds = (System.nanoTime() - begin) / NANOS_A_SECOND;
    ConfusionMatrix byKernels = new ConfusionMatrix(data.labels());
    begin = System.nanoTime();
    kernels.classify(test, byKernels);
    add(
        runs,
        KERNELS,
        new Run(
            byKernels.accuracy(),
            byKernels.macroF1(),
            seconds,
            (System.nanoTime() - begin) / NANOS_A_MICRO / test.size(),
            kernels.floats(data.labels().size()) * Float.BYTES));
    addFiltered(runs, KERNELS, data, kernels::labels, windows -> true);
  }

  /** A baseline with a filter on top, where windows follow each other and some validate. */
  private static void addFiltered(
      Map<String, List<Run>> runs,
      String name,
      TrainingData data,
      Function<List<Window>, int[]> labels,
      IntPredicate covers) {
    List<Window> validation = windows(data.validation());
    List<Window> test = windows(data.test());
    if (validation.isEmpty()
        || !TransitionEstimate.hasConsecutive(data.test())
        || !covers.test(validation.size() + test.size())) {
      return;
    }
    List<Double> even = Collections.nCopies(data.labels().size(), 1.0);
    ConfusionMatrix filtered =
        new MarkovOnTop(AfterTraining.markov(data, even), data.labels())
            .score(data.validation(), labels.apply(validation), data.test(), labels.apply(test));
    add(runs, name + FILTERED, latest(runs, name).with(filtered));
  }

  private static List<Window> windows(List<DeviceWindows> devices) {
    return devices.stream().flatMap(device -> device.windows().stream()).toList();
  }

  private static Run latest(Map<String, List<Run>> runs, String name) {
    List<Run> all = runs.get(name);
    return all.get(all.size() - 1);
  }

  private static void addNetwork(
      Map<String, List<Run>> runs, String name, TrainedModel model, TrainingData data) {
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
    Duration time = model.time();
    Run run =
        new Run(
            model.test().accuracy(),
            model.test().macroF1(),
            time.toMillis() / 1e3,
            nanos / NANOS_A_MICRO / windows,
            model.bundle().onnx().length);
    add(runs, name, run);
    if (TransitionEstimate.hasConsecutive(data.test())) {
      MarkovOnTop filter = new MarkovOnTop(model.markov(), data.labels());
      add(runs, name + FILTERED, run.with(filter.score(classified)));
    }
  }

  private static boolean isNetwork(String name, List<String> networks) {
    return networks.stream().anyMatch(kind -> name.equals(kind) || name.equals(kind + FILTERED));
  }

  private static void add(Map<String, List<Run>> runs, String name, Run run) {
    runs.computeIfAbsent(name, key -> new ArrayList<>()).add(run);
  }

  /** Which network to take, what speaks against it, and what a Markov filter on top of it does. */
  public static String recommendation(List<Row> rows) {
    List<Row> unfiltered = rows.stream().filter(row -> !row.name().endsWith(FILTERED)).toList();
    String text = recommendationOf(unfiltered);
    Comparator<Row> byAccuracy = Comparator.comparingDouble(Row::accuracy);
    Row network = unfiltered.stream().filter(Row::isNetwork).max(byAccuracy).orElse(null);
    Row filtered =
        rows.stream()
            .filter(row -> row.isNetwork() && row.name().endsWith(FILTERED))
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
    Comparator<Row> byAccuracy =
        Comparator.comparingDouble(Row::accuracy)
            .thenComparingDouble(row -> -row.microsPerWindow());
    Row best = rows.stream().max(byAccuracy).orElseThrow();
    Row network = rows.stream().filter(Row::isNetwork).max(byAccuracy).orElse(null);
    if (network == null) {
      return String.format(
          Locale.ROOT,
          "%s is the most accurate (%.4f), but only networks are served.",
          best.name(),
          best.accuracy());
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Take %s: it is the most accurate network (%.4f).",
            network.name(),
            network.accuracy()));
    if (!best.isNetwork()) {
      text.append(
          String.format(
              Locale.ROOT,
              " %s is better (%.4f), but is not served: more recordings may close the gap.",
              best.name(),
              best.accuracy()));
    }
    rows.stream()
        .filter(row -> row.isNetwork() && !row.equals(network))
        .filter(row -> network.accuracy() - row.accuracy() <= NEXT_TO)
        .filter(row -> row.microsPerWindow() < network.microsPerWindow() / 2)
        .min(Comparator.comparingDouble(Row::microsPerWindow))
        .ifPresent(
            row ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        " %s is within %.4f of it at %.0f %% of its time a window.",
                        row.name(),
                        network.accuracy() - row.accuracy(),
                        100 * row.microsPerWindow() / network.microsPerWindow())));
    return text.toString();
  }

  /** One model on one split. */
  private record Run(
      double accuracy, double macroF1, double seconds, double microsPerWindow, long bytes) {
    /** The same model with other labels; what a filter takes and keeps is too little to see. */
    Run with(ConfusionMatrix labels) {
      return new Run(labels.accuracy(), labels.macroF1(), seconds, microsPerWindow, bytes);
    }
  }

  /**
   * How one kind of model did; means over the seeds.
   *
   * @param name the network's, or the baseline's, with {@value #FILTERED} if a Markov filter over
   *     consecutive windows is on top of it
   * @param isNetwork whether it is a network, which can be served
   * @param accuracy the share of the test windows whose label was right
   * @param macroF1 the mean of the labels' F1 scores
   * @param accuracySd the standard deviation of the accuracy over the seeds; 0 with one
   * @param trainSeconds how long training took
   * @param microsPerWindow how long a window takes, of many: networks as they are served, on one
   *     core; baselines on all cores
   * @param bytes the size of the network as it is served, or of what the baseline has to keep
   */
  public record Row(
      String name,
      boolean isNetwork,
      double accuracy,
      double macroF1,
      double accuracySd,
      double trainSeconds,
      double microsPerWindow,
      long bytes) {
    private static Row of(String name, boolean isNetwork, List<Run> runs) {
      double[] accuracies = runs.stream().mapToDouble(Run::accuracy).toArray();
      double mean = Arrays.stream(accuracies).average().orElseThrow();
      double squares = Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).sum();
      return new Row(
          name,
          isNetwork,
          mean,
          runs.stream().mapToDouble(Run::macroF1).average().orElseThrow(),
          runs.size() < 2 ? 0 : Math.sqrt(squares / (runs.size() - 1)),
          runs.stream().mapToDouble(Run::seconds).average().orElseThrow(),
          runs.stream().mapToDouble(Run::microsPerWindow).average().orElseThrow(),
          Math.round(runs.stream().mapToLong(Run::bytes).average().orElseThrow()));
    }
  }
}
