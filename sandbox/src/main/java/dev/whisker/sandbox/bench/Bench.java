package dev.whisker.sandbox.bench;

import dev.whisker.classifier.build.Build;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.bench.BenchSettings.Part;
import dev.whisker.sandbox.broker.Folder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The load benchmark of serving, on this machine alone: a broker and every contender are processes
 * of their own, which end with it, and nothing is left behind. Used once.
 */
public final class Bench {
  private final BenchSettings settings;
  private final Class<?> commands;
  private final Progress progress;
  private final StopSignal stop;

  /**
   * A benchmark that has not begun.
   *
   * @param commands its main method has the command {@code broker}
   * @param out for people
   * @param clock tells how long it takes
   * @param stop ends it
   */
  public Bench(
      BenchSettings settings, Class<?> commands, PrintWriter out, Clock clock, StopSignal stop) {
    this.settings = settings;
    this.commands = commands;
    this.progress = new Progress(out, clock);
    this.stop = stop;
  }

  /**
   * Measures everything. What cannot be measured is among the report's failures, and the rest goes
   * on.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if the end is asked for
   */
  public BenchReport run() throws InterruptedException {
    Failures failures = new Failures(progress, stop);
    Map<Part, List<Figure>> figures = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      figures.put(part, new ArrayList<>());
    }
    Bundle bundle = ModelShape.A.bundle();
    if (settings.parts().contains(Part.ENGINE)) {
      failures.attempt(
          Part.ENGINE,
          "all",
          () -> new EngineBench(settings, progress, stop).run(bundle, figures.get(Part.ENGINE)));
    }
    Set<Part> served = new TreeSet<>(settings.parts());
    served.remove(Part.ENGINE);
    if (!served.isEmpty()) {
      failures.attempt(
          Collections.min(served),
          "all of the rest",
          () -> serve(bundle, served, figures, failures));
    }
    Build build = Build.read();
    return new BenchReport(
        Machine.here(),
        build.commit(),
        build.libraries(),
        progress.seconds(),
        figures.get(Part.ENGINE),
        figures.get(Part.PIPELINE),
        figures.get(Part.LATENCY),
        figures.get(Part.GROWTH),
        failures.all());
  }

  /** Measures the parts that have a broker. */
  private void serve(
      Bundle bundle, Set<Part> parts, Map<Part, List<Figure>> figures, Failures failures)
      throws InterruptedException {
    try (Folder folder = Folder.of(null)) {
      Path file = folder.path().resolve("a.whisker");
      bundle.write(file);
      try (BenchCluster cluster =
          BenchCluster.start(
              commands, settings.jvmFlags(), folder.path().resolve("broker"), stop)) {
        Runs runs = new Runs(settings, cluster, folder.path(), stop);
        PipelineBench pipeline =
            new PipelineBench(settings, cluster, runs, file, progress, failures);
        for (Part part : parts) {
          List<Figure> found = figures.get(part);
          failures.attempt(
              part,
              "all",
              () -> {
                switch (part) {
                  case ENGINE -> {}
                  case PIPELINE -> pipeline.run(found);
                  case LATENCY ->
                      new LatencyBench(
                              settings, cluster, runs, file, pipeline, progress, failures, stop)
                          .run(found);
                  case GROWTH ->
                      new GrowthBench(
                              settings, cluster, runs, folder.path(), pipeline, progress, failures)
                          .run(found);
                }
              });
        }
      }
    }
  }
}
