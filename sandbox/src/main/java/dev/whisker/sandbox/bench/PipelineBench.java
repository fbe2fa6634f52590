package dev.whisker.sandbox.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Readings to predictions through a broker: the streamer with both guarantees, a hand-written loop
 * and an application with deeplearning4j, each on the same backlog, by turns, and beside them the
 * bare engine on windows that are there.
 */
final class PipelineBench {
  private static final double GOAL_OF_LOOP_MANY = 0.8;
  private static final double GOAL_OF_LOOP_SINGLE = 0.5;
  private static final double GOAL_OF_DEEPLEARNING4J = 50;
  private static final double GOAL_OF_AT_LEAST_ONCE = 0.85;
  private static final double GOAL_START_SECONDS = 4;

  static final int MANY = 16;
  private static final int SINGLE = 1;

  /** The shares of the engine's rate that backlogs are made for: more than anybody gets done. */
  private static final double SHARE_MANY = 0.8;

  private static final double SHARE_SINGLE = 0.3;
  private static final String ENGINE = "bare engine on one core";

  private final BenchSettings settings;
  private final BenchCluster cluster;
  private final Runs runs;
  private final Path bundle;
  private final Progress progress;
  private final List<Double> engine = new ArrayList<>();
  private final Map<Contender, Double> rates = new EnumMap<>(Contender.class);

  /**
   * Of the model A.
   *
   * @param bundle its bundle
   */
  PipelineBench(
      BenchSettings settings, BenchCluster cluster, Runs runs, Path bundle, Progress progress) {
    this.settings = settings;
    this.cluster = cluster;
    this.runs = runs;
    this.bundle = bundle;
    this.progress = progress;
  }

  /** Measures all contenders. */
  List<Figure> run() throws InterruptedException {
    measureEngine(settings.rounds());
    List<Figure> figures = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>(List.of(Contender.AT_LEAST_ONCE, Contender.LOOP));
    if (!settings.quick()) {
      contenders.add(Contender.EXACTLY_ONCE);
    }
    Backlog many = publish(MANY);
    Map<Contender, List<Throughput>> measured = measure(many, contenders, settings.rounds());
    measured.forEach((contender, rounds) -> rates.put(contender, Figure.median(rate(rounds))));
    figures.addAll(figures(MANY, measured, GOAL_OF_LOOP_MANY));
    figures.add(besideDeeplearning4j(many, measured.get(Contender.AT_LEAST_ONCE)));
    cluster.deleteAll(many.topic());
    if (!settings.quick()) {
      figures.add(starts());
      Backlog single = publish(SINGLE);
      figures.addAll(figures(SINGLE, measure(single, contenders, fewer()), GOAL_OF_LOOP_SINGLE));
      cluster.deleteAll(single.topic());
    }
    return figures;
  }

  /** All of it is to take ten minutes: a round less of what is measured last. */
  private int fewer() {
    return Math.max(1, settings.rounds() - 1);
  }

  private Figure starts() throws InterruptedException {
    String readings = "no-readings";
    cluster.create(readings);
    List<Double> rounds = new ArrayList<>();
    for (int round = 0; round < fewer(); round++) {
      rounds.add(runs.secondsUntilReady(readings, bundle));
      progress.say("exactly-once, from its start until it is ready: %.1f s", rounds.get(round));
    }
    return Figure.of("exactly-once, from its start until it is ready", "s", rounds)
        .withMost(GOAL_START_SECONDS);
  }

  /** Measures once what the other parts must know. */
  void estimate() throws InterruptedException {
    measureEngine(1);
    Backlog many = publish(MANY);
    measure(many, List.of(Contender.AT_LEAST_ONCE, Contender.EXACTLY_ONCE), 1)
        .forEach((contender, rounds) -> rates.put(contender, Figure.median(rate(rounds))));
    cluster.deleteAll(many.topic());
  }

  /** The median windows a second with many samples a reading; null: not measured. */
  Double rate(Contender contender) {
    return rates.get(contender);
  }

  private void measureEngine(int rounds) throws InterruptedException {
    for (int round = 0; round < rounds; round++) {
      engine.add(runs.engine(bundle, settings.run().dividedBy(3)));
      progress.say("%s: %.0f windows/s", ENGINE, engine.get(round));
    }
  }

  private long windowsEach(int samples) {
    double share = samples == SINGLE ? SHARE_SINGLE : SHARE_MANY;
    double windows = share * Figure.median(engine) * settings.run().toMillis() / 1e3;
    return Math.max(2, Math.round(windows / settings.devices()));
  }

  /**
   * Readings that wait.
   *
   * @param topic where
   * @param samples in each of them
   * @param windows how many they make
   */
  private record Backlog(String topic, int samples, long windows) {}

  private Backlog publish(int samples) throws InterruptedException {
    String topic = "readings-of-" + samples;
    Fleet fleet =
        new Fleet(
            ModelShape.A, new BenchReadings(samples, ModelShape.A.channels()), settings.devices());
    long turns = fleet.turns(windowsEach(samples));
    cluster.publish(topic, fleet, turns);
    progress.say("published readings for %d windows, %s", fleet.windows(turns), told(samples));
    return new Backlog(topic, samples, fleet.windows(turns));
  }

  private Map<Contender, List<Throughput>> measure(
      Backlog backlog, List<Contender> contenders, int rounds) throws InterruptedException {
    Map<Contender, List<Throughput>> measured = new EnumMap<>(Contender.class);
    List<Contender> order = new ArrayList<>(contenders);
    for (int round = 0; round < rounds; round++) {
      for (Contender contender : order) {
        Throughput one = measure(contender, backlog);
        measured.computeIfAbsent(contender, any -> new ArrayList<>()).add(one);
      }
      // Nobody is always the first after a pause.
      Collections.rotate(order, 1);
    }
    return measured;
  }

  private Throughput measure(Contender contender, Backlog backlog) throws InterruptedException {
    Throughput one =
        runs.measure(contender, backlog.topic(), bundle, 1, backlog.windows(), settings.run());
    progress.say(
        "%s, %s: %.0f windows/s, %.0f µs of processor time each",
        contender.told(), told(backlog.samples()), one.windowsPerSecond(), one.cpuMicros());
    return one;
  }

  private List<Figure> figures(
      int samples, Map<Contender, List<Throughput>> measured, double goalOfLoop) {
    List<Throughput> own = measured.get(Contender.AT_LEAST_ONCE);
    List<Throughput> loop = measured.get(Contender.LOOP);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure(Contender.AT_LEAST_ONCE, samples, own)
            .beside(Contender.LOOP.told(), rate(loop))
            .withLeastRatio(goalOfLoop));
    List<Double> bare = engine.subList(0, own.size());
    figures.add(figure(Contender.AT_LEAST_ONCE, samples, own).beside(ENGINE, bare));
    figures.add(figure(Contender.LOOP, samples, loop).beside(ENGINE, bare));
    List<Throughput> exactly = measured.get(Contender.EXACTLY_ONCE);
    if (exactly != null) {
      figures.add(
          figure(Contender.EXACTLY_ONCE, samples, exactly)
              .beside(Contender.AT_LEAST_ONCE.told(), rate(own))
              .withLeastRatio(GOAL_OF_AT_LEAST_ONCE));
    }
    return figures;
  }

  /** That peer is measured once: it is far away, and so slow that it hardly warms up. */
  private Figure besideDeeplearning4j(Backlog backlog, List<Throughput> own)
      throws InterruptedException {
    double slow = measure(Contender.DEEPLEARNING4J, backlog).windowsPerSecond();
    return figure(Contender.AT_LEAST_ONCE, MANY, own)
        .beside(Contender.DEEPLEARNING4J.told(), Collections.nCopies(own.size(), slow))
        .withLeastRatio(GOAL_OF_DEEPLEARNING4J);
  }

  private static Figure figure(Contender contender, int samples, List<Throughput> rounds) {
    return Figure.of(contender.told() + ", " + told(samples), "windows/s", rate(rounds))
        .with("cpuMicrosPerWindow", median(rounds.stream().map(Throughput::cpuMicros).toList()))
        .with("memoryMb", median(rounds.stream().map(Throughput::memoryMb).toList()));
  }

  /** Null if any of them is not known. */
  private static Double median(List<Double> values) {
    return values.contains(null) ? null : Figure.median(values);
  }

  private static List<Double> rate(List<Throughput> rounds) {
    return rounds.stream().map(Throughput::windowsPerSecond).toList();
  }

  private static String told(int samples) {
    return samples == SINGLE ? "1 sample a reading" : samples + " samples a reading";
  }
}
