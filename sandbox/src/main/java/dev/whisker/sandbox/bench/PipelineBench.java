package dev.whisker.sandbox.bench;

import dev.whisker.sandbox.bench.BenchSettings.Part;
import java.nio.file.Path;
import java.time.Duration;
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
  private static final double SHARE_MANY = 0.9;

  private static final double SHARE_SINGLE = 0.6;
  private static final Duration DEEPLEARNING4J = Duration.ofSeconds(10);
  private static final String ENGINE = "bare engine on one core";

  private final BenchSettings settings;
  private final BenchCluster cluster;
  private final Runs runs;
  private final Path bundle;
  private final Progress progress;
  private final Failures failures;
  private final List<Double> engine = new ArrayList<>();
  private final Map<Contender, Double> rates = new EnumMap<>(Contender.class);
  private int published;

  /**
   * Of the model A.
   *
   * @param bundle its bundle
   */
  PipelineBench(
      BenchSettings settings,
      BenchCluster cluster,
      Runs runs,
      Path bundle,
      Progress progress,
      Failures failures) {
    this.settings = settings;
    this.cluster = cluster;
    this.runs = runs;
    this.bundle = bundle;
    this.progress = progress;
    this.failures = failures;
  }

  /** Measures all contenders into a list. */
  void run(List<Figure> figures) throws InterruptedException {
    measureEngine(settings.rounds());
    failures.attempt(Part.PIPELINE, told(MANY), () -> many(figures));
    if (!settings.quick()) {
      failures.attempt(Part.PIPELINE, "start", () -> figures.add(starts()));
      failures.attempt(Part.PIPELINE, told(SINGLE), () -> single(figures));
    }
  }

  private void many(List<Figure> figures) throws InterruptedException {
    Backlog backlog = publish(MANY);
    try {
      Map<Contender, List<Throughput>> measured = measure(backlog, contenders(), settings.rounds());
      measured.forEach((contender, rounds) -> rates.put(contender, Figure.median(rate(rounds))));
      figures.addAll(figures(MANY, measured, GOAL_OF_LOOP_MANY));
      List<Throughput> own = measured.get(Contender.AT_LEAST_ONCE);
      if (settings.batching()) {
        failures.attempt(
            Part.PIPELINE,
            Contender.WINDOW_BY_WINDOW.told(),
            () -> figures.add(besideWindowByWindow(backlog, own)));
      }
      failures.attempt(
          Part.PIPELINE,
          Contender.DEEPLEARNING4J.told(),
          () -> figures.add(besideDeeplearning4j(backlog, own)));
    } finally {
      cluster.deleteAll(backlog.topic());
    }
  }

  private void single(List<Figure> figures) throws InterruptedException {
    Backlog backlog = publish(SINGLE);
    try {
      figures.addAll(figures(SINGLE, measure(backlog, contenders(), fewer()), GOAL_OF_LOOP_SINGLE));
    } finally {
      cluster.deleteAll(backlog.topic());
    }
  }

  private List<Contender> contenders() {
    return settings.quick()
        ? List.of(Contender.AT_LEAST_ONCE, Contender.LOOP)
        : List.of(Contender.AT_LEAST_ONCE, Contender.LOOP, Contender.EXACTLY_ONCE);
  }

  /** All of it is to take ten minutes: a round less of what is measured last. */
  private int fewer() {
    return Math.max(1, settings.rounds() - 1);
  }

  private Figure starts() throws InterruptedException {
    String readings = "no-readings";
    cluster.create(readings);
    List<Double> rounds = new ArrayList<>();
    for (int round = 0; round < settings.rounds(); round++) {
      rounds.add(runs.secondsUntilReady(readings, bundle));
      progress.say("exactly-once, from its start until it is ready: %.1f s", rounds.get(round));
    }
    return Figure.of("exactly-once, from its start until it is ready", "s", rounds)
        .withMost(GOAL_START_SECONDS);
  }

  /**
   * The median windows a second with many samples a reading; measured once now if it was not yet.
   */
  double rate(Contender contender) throws InterruptedException {
    if (!rates.containsKey(contender)) {
      if (engine.isEmpty()) {
        measureEngine(1);
      }
      Backlog backlog = publish(MANY);
      try {
        rates.put(contender, measure(contender, backlog).windowsPerSecond());
      } finally {
        cluster.deleteAll(backlog.topic());
      }
    }
    return rates.get(contender);
  }

  private void measureEngine(int rounds) throws InterruptedException {
    for (int round = 0; round < rounds; round++) {
      engine.add(runs.engine(bundle, settings.run().dividedBy(2)));
      progress.say("%s: %.0f windows/s", ENGINE, engine.get(round));
    }
  }

  private long windowsEach(int samples) {
    double share = samples == SINGLE ? SHARE_SINGLE : SHARE_MANY;
    Duration time = settings.warmUp().plus(settings.run());
    double windows = share * Figure.median(engine) * time.toMillis() / 1e3;
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
    published++;
    // A name of its own: one whose publishing has failed may still be there.
    String topic = "readings-of-" + samples + "-" + published;
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
    return measure(contender, backlog, settings.warmUp(), settings.run());
  }

  private Throughput measure(
      Contender contender, Backlog backlog, Duration warmUp, Duration longest)
      throws InterruptedException {
    Throughput one =
        runs.measure(contender, backlog.topic(), bundle, 1, backlog.windows(), warmUp, longest);
    progress.say(
        "%s, %s: %.0f windows/s, %.0f µs of processor time each%s",
        contender.told(),
        told(backlog.samples()),
        one.windowsPerSecond(),
        one.cpuMicros(),
        HostTime.told(one.stolen()));
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

  /** That peer is measured once. */
  private Figure besideWindowByWindow(Backlog backlog, List<Throughput> own)
      throws InterruptedException {
    double alone = measure(Contender.WINDOW_BY_WINDOW, backlog).windowsPerSecond();
    return beside(Contender.WINDOW_BY_WINDOW, alone, own);
  }

  /** That peer is measured once: it is far away, and so slow that it hardly warms up. */
  private Figure besideDeeplearning4j(Backlog backlog, List<Throughput> own)
      throws InterruptedException {
    Duration longest = settings.quick() ? settings.run() : DEEPLEARNING4J;
    double slow =
        measure(Contender.DEEPLEARNING4J, backlog, Duration.ZERO, longest).windowsPerSecond();
    return beside(Contender.DEEPLEARNING4J, slow, own).withLeastRatio(GOAL_OF_DEEPLEARNING4J);
  }

  private static Figure beside(Contender peer, double rate, List<Throughput> own) {
    return figure(Contender.AT_LEAST_ONCE, MANY, own)
        .beside(peer.told(), Collections.nCopies(own.size(), rate));
  }

  private static Figure figure(Contender contender, int samples, List<Throughput> rounds) {
    return Figure.of(contender.told() + ", " + told(samples), "windows/s", rate(rounds))
        .with("cpuMicrosPerWindow", median(rounds.stream().map(Throughput::cpuMicros).toList()))
        .with("memoryMb", median(rounds.stream().map(Throughput::memoryMb).toList()))
        .with("warmSeconds", median(rounds.stream().map(Throughput::warmSeconds).toList()))
        .with("stolen", median(rounds.stream().map(Throughput::stolen).toList()));
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
