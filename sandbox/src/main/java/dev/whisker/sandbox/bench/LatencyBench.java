package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.bench.BenchSettings.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From publishing the reading that completes a window to a subscriber of committed records having
 * its prediction, at shares of the rate that the pipeline's part has measured; under at-least-once
 * beside the hand-written loop at the same rate.
 */
final class LatencyBench {
  private static final double[] SHARES = {0.25, 0.75};
  private static final double SHARE_OF_WARM_UP = 0.75;

  /** At a part of the highest rate, the compiler comes to what is hot so much later. */
  private static final double WARM_UPS = 1.5;

  private static final double GOAL_MEDIAN_MILLIS = 10;
  private static final double GOAL_P99_MILLIS = 25;

  /** The streamer's, which is the least that exactly-once takes. */
  private static final double COMMIT_INTERVAL_MILLIS = 100;

  private static final Duration QUICK = Duration.ofMillis(500);

  private final BenchSettings settings;
  private final BenchCluster cluster;
  private final Runs runs;
  private final Path bundle;
  private final PipelineBench pipeline;
  private final Progress progress;
  private final Failures failures;
  private final StopSignal stop;
  private int number;

  LatencyBench(
      BenchSettings settings,
      BenchCluster cluster,
      Runs runs,
      Path bundle,
      PipelineBench pipeline,
      Progress progress,
      Failures failures,
      StopSignal stop) {
    this.settings = settings;
    this.cluster = cluster;
    this.runs = runs;
    this.bundle = bundle;
    this.pipeline = pipeline;
    this.progress = progress;
    this.failures = failures;
    this.stop = stop;
  }

  /** Measures into a list. */
  void run(List<Figure> figures) throws InterruptedException {
    List<LiveLoad.Result> own = new ArrayList<>();
    measure(Contender.AT_LEAST_ONCE, Contender.AT_LEAST_ONCE, own);
    List<LiveLoad.Result> loop = new ArrayList<>();
    if (!settings.quick()) {
      measure(Contender.LOOP, Contender.AT_LEAST_ONCE, loop);
    }
    figures.addAll(figures(Contender.AT_LEAST_ONCE, own, Contender.LOOP, loop));
    if (settings.batching()) {
      List<LiveLoad.Result> alone = new ArrayList<>();
      measure(Contender.WINDOW_BY_WINDOW, Contender.AT_LEAST_ONCE, alone);
      figures.addAll(figures(Contender.WINDOW_BY_WINDOW, alone, Contender.AT_LEAST_ONCE, own));
    }
    if (!settings.quick()) {
      List<LiveLoad.Result> exactly = new ArrayList<>();
      measure(Contender.EXACTLY_ONCE, Contender.EXACTLY_ONCE, exactly);
      for (Figure figure : figures(Contender.EXACTLY_ONCE, exactly, null, List.of())) {
        figures.add(figure.beside("commit interval", List.of(COMMIT_INTERVAL_MILLIS)));
      }
    }
  }

  /** The figures of a contender beside those of another one, which may have none. */
  private static List<Figure> figures(
      Contender contender,
      List<LiveLoad.Result> results,
      Contender peer,
      List<LiveLoad.Result> peers) {
    List<Figure> figures = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      LiveLoad.Result one = results.get(i);
      Figure median = figure(contender, i, "median", one, one.medianMillis());
      Figure p99 = figure(contender, i, "99th percentile", one, one.p99Millis());
      if (contender == Contender.AT_LEAST_ONCE && i == 0) {
        median = median.withMost(GOAL_MEDIAN_MILLIS);
        p99 = p99.withMost(GOAL_P99_MILLIS);
      }
      if (!peers.isEmpty()) {
        String name = peer.told() + " at the same rate";
        median = median.beside(name, List.of(peers.get(i).medianMillis()));
        p99 = p99.beside(name, List.of(peers.get(i).p99Millis()));
      }
      figures.add(median);
      figures.add(p99);
    }
    return figures;
  }

  private static Figure figure(
      Contender contender, int share, String what, LiveLoad.Result result, double millis) {
    return Figure.of(
            String.format(
                Locale.ROOT,
                "%s, %.0f %% of the highest rate, %s",
                contender.told(),
                100 * SHARES[share],
                what),
            "ms",
            List.of(millis))
        .with("windowsPerSecond", result.windowsPerSecond())
        .with("windows", (double) result.windows())
        .with("late", (double) result.late())
        .with("cpuMicrosPerWindow", result.cpuMicros())
        .with("stolen", result.stolen());
  }

  /**
   * Measures a contender.
   *
   * @param whose highest rate
   * @param results gets one a share, or none if it fails
   */
  private void measure(Contender contender, Contender whose, List<LiveLoad.Result> results)
      throws InterruptedException {
    failures.attempt(
        Part.LATENCY,
        contender.told(),
        () -> results.addAll(measure(contender, pipeline.rate(whose))));
  }

  private List<LiveLoad.Result> measure(Contender contender, double highest)
      throws InterruptedException {
    number++;
    String readings = "live-" + number;
    cluster.create(readings);
    Duration time = settings.quick() ? QUICK : settings.run();
    LiveLoad.Phase warmUp =
        new LiveLoad.Phase(
            SHARE_OF_WARM_UP * highest,
            settings.quick()
                ? QUICK
                : Duration.ofMillis((long) (WARM_UPS * settings.warmUp().toMillis())));
    List<LiveLoad.Phase> phases = new ArrayList<>();
    for (double share : SHARES) {
      phases.add(new LiveLoad.Phase(share * highest, time));
    }
    Fleet fleet =
        new Fleet(
            ModelShape.A,
            new BenchReadings(PipelineBench.MANY, ModelShape.A.channels()),
            settings.devices());
    Runs.Run run = runs.start(contender, readings, bundle, 1);
    try {
      List<LiveLoad.Result> results =
          new LiveLoad(cluster, fleet, stop).run(run, readings, warmUp, phases);
      for (int i = 0; i < SHARES.length; i++) {
        LiveLoad.Result one = results.get(i);
        progress.say(
            "%s at %.0f windows/s: %.1f ms in the median, %.1f ms at the 99th percentile%s%s",
            contender.told(),
            one.windowsPerSecond(),
            one.medianMillis(),
            one.p99Millis(),
            one.late() > 0 ? "; " + one.late() + " windows came too late to be counted" : "",
            HostTime.told(one.stolen()));
      }
      return results;
    } finally {
      run.close();
      cluster.deleteAll(readings);
    }
  }
}
