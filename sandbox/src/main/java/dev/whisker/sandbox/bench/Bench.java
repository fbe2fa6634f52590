package dev.whisker.sandbox.bench;

import dev.whisker.classifier.build.Build;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.bench.BenchSettings.Part;
import dev.whisker.sandbox.broker.Folder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

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
   * Measures everything.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if something cannot be measured, or the end
   *     is asked for
   */
  public BenchReport run() throws InterruptedException {
    Bundle bundle = ModelShape.A.bundle();
    List<Figure> engine =
        settings.parts().contains(Part.ENGINE)
            ? new EngineBench(settings, progress, stop).run(bundle)
            : List.of();
    List<Figure> pipeline = List.of();
    List<Figure> latency = List.of();
    List<Figure> growth = List.of();
    if (!settings.parts().equals(Set.of(Part.ENGINE))) {
      try (Folder folder = Folder.of(null)) {
        Path file = folder.path().resolve("a.whisker");
        bundle.write(file);
        try (BenchCluster cluster =
            BenchCluster.start(
                commands, settings.jvmFlags(), folder.path().resolve("broker"), stop)) {
          Runs runs = new Runs(settings, cluster, folder.path(), stop);
          PipelineBench whole = new PipelineBench(settings, cluster, runs, file, progress);
          if (settings.parts().contains(Part.PIPELINE)) {
            pipeline = whole.run();
          } else {
            whole.estimate();
          }
          if (settings.parts().contains(Part.LATENCY)) {
            latency = new LatencyBench(settings, cluster, runs, file, whole, progress, stop).run();
          }
          if (settings.parts().contains(Part.GROWTH)) {
            growth = new GrowthBench(settings, cluster, runs, folder.path(), whole, progress).run();
          }
        }
      }
    }
    Build build = Build.read();
    return new BenchReport(
        Machine.here(),
        build.commit(),
        build.libraries(),
        progress.seconds(),
        engine,
        pipeline,
        latency,
        growth);
  }
}
