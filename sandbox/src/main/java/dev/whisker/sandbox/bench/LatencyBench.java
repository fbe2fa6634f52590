package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.StopSignal;
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
  private final StopSignal stop;
  private int number;

  LatencyBench(
      BenchSettings settings,
      BenchCluster cluster,
      Runs runs,
      Path bundle,
      PipelineBench pipeline,
      Progress progress,
      StopSignal stop) {
    this.settings = settings;
    this.cluster = cluster;
    this.runs = runs;
    this.bundle = bundle;
    this.pipeline = pipeline;
    this.progress = progress;
    this.stop = stop;
  }

  /** Measures. */
  List<Figure> run() throws InterruptedException {
    double rate = pipeline.rate(Contender.AT_LEAST_ONCE);
    List<LiveLoad.Result> own = measure(Contender.AT_LEAST_ONCE, rate);
    List<LiveLoad.Result> loop = settings.quick() ? List.of() : measure(Contender.LOOP, rate);
    List<Figure> figures = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      LiveLoad.Result one = own.get(i);
      Figure median = figure(Contender.AT_LEAST_ONCE, i, "median", one, one.medianMillis());
      Figure p99 = figure(Contender.AT_LEAST_ONCE, i, "99th percentile", one, one.p99Millis());
      if (i == 0) {
        median = median.withMost(GOAL_MEDIAN_MILLIS);
        p99 = p99.withMost(GOAL_P99_MILLIS);
      }
      if (!loop.isEmpty()) {
        String peer = Contender.LOOP.told() + " at the same rate";
        median = median.beside(peer, List.of(loop.get(i).medianMillis()));
        p99 = p99.beside(peer, List.of(loop.get(i).p99Millis()));
      }
      figures.add(median);
      figures.add(p99);
    }
    if (!settings.quick()) {
      List<LiveLoad.Result> exactly =
          measure(Contender.EXACTLY_ONCE, pipeline.rate(Contender.EXACTLY_ONCE));
      for (int i = 0; i < exactly.size(); i++) {
        LiveLoad.Result one = exactly.get(i);
        figures.add(
            besideInterval(figure(Contender.EXACTLY_ONCE, i, "median", one, one.medianMillis())));
        figures.add(
            besideInterval(
                figure(Contender.EXACTLY_ONCE, i, "99th percentile", one, one.p99Millis())));
      }
    }
    return figures;
  }

  private static Figure besideInterval(Figure figure) {
    return figure.beside("commit interval", List.of(COMMIT_INTERVAL_MILLIS));
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
        .with("late", (double) result.late());
  }

  /** One result a share. */
  private List<LiveLoad.Result> measure(Contender contender, double highest)
      throws InterruptedException {
    number++;
    String readings = "live-" + number;
    cluster.create(readings);
    Duration time = settings.quick() ? QUICK : settings.run().dividedBy(2);
    List<LiveLoad.Phase> phases = new ArrayList<>();
    // The first one warms up and is forgotten.
    phases.add(new LiveLoad.Phase(SHARES[SHARES.length - 1] * highest, time));
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
      List<LiveLoad.Result> results = new LiveLoad(cluster, fleet, stop).run(run, readings, phases);
      for (int i = 0; i < SHARES.length; i++) {
        LiveLoad.Result one = results.get(i + 1);
        progress.say(
            "%s at %.0f windows/s: %.1f ms in the median, %.1f ms at the 99th percentile%s",
            contender.told(),
            one.windowsPerSecond(),
            one.medianMillis(),
            one.p99Millis(),
            one.late() > 0 ? "; " + one.late() + " windows came too late to be counted" : "");
      }
      return results.subList(1, results.size());
    } finally {
      run.close();
      cluster.deleteAll(readings);
    }
  }
}
