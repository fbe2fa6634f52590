package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.streamer.command.StreamerCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Starts contenders, each as a process of its own with an application id, a state folder and a
 * topic of predictions that no other one has. Not thread-safe.
 */
final class Runs {
  private static final Pattern READY = Pattern.compile("Classifying (\\S+) into");
  private static final Pattern ENGINE = Pattern.compile("(\\d+\\.\\d) windows/s");

  private final BenchSettings settings;
  private final BenchCluster cluster;
  private final Path folder;
  private final StopSignal stop;
  private int number;

  Runs(BenchSettings settings, BenchCluster cluster, Path folder, StopSignal stop) {
    this.settings = settings;
    this.cluster = cluster;
    this.folder = folder;
    this.stop = stop;
  }

  /**
   * A contender that runs. Closing it ends it and deletes its topics.
   *
   * @param name its application id
   * @param predictions its topic of predictions
   */
  record Run(String name, String predictions, ChildProcess process, BenchCluster cluster) {
    void close() throws InterruptedException {
      process.close();
      cluster.deleteAll(name + "-");
    }
  }

  /**
   * Starts a contender.
   *
   * @param readings the topic of its readings
   * @param threads of a streamer
   */
  Run start(Contender contender, String readings, Path bundle, int threads)
      throws InterruptedException {
    number++;
    String name = "bench-" + number;
    String predictions = name + "-predictions";
    cluster.create(predictions);
    Path own = folder.resolve(name);
    List<String> common = List.of(cluster.bootstrap(), readings, predictions, bundle.toString());
    ChildProcess process =
        switch (contender) {
          case AT_LEAST_ONCE, EXACTLY_ONCE, WINDOW_BY_WINDOW ->
              start(
                  contender,
                  own,
                  StreamerCommands.class,
                  JavaCommand.compilerFlags(),
                  streamerFlags(contender, name, readings, predictions, bundle, own, threads));
          case LOOP -> start(contender, own, LoopPeer.class, List.of(), common);
          case DEEPLEARNING4J -> {
            List<String> arguments = new ArrayList<>(common);
            arguments.add(own.resolve("state").toString());
            yield start(contender, own, StreamsPeer.class, List.of(), arguments);
          }
        };
    return new Run(name, predictions, process, cluster);
  }

  private ChildProcess start(
      Contender contender, Path own, Class<?> main, List<String> jvmFlags, List<String> arguments) {
    List<String> flags = new ArrayList<>(settings.jvmFlags());
    flags.addAll(jvmFlags);
    return ChildProcess.start(contender.told(), own, main, flags, arguments);
  }

  private List<String> streamerFlags(
      Contender contender,
      String name,
      String readings,
      String predictions,
      Path bundle,
      Path own,
      int threads) {
    List<String> flags = new ArrayList<>();
    flags.addAll(List.of("stream", "--bootstrap", cluster.bootstrap()));
    flags.addAll(List.of("--model", bundle.toString()));
    boolean exactly = contender == Contender.EXACTLY_ONCE;
    flags.addAll(List.of("--guarantee", exactly ? "exactly-once" : "at-least-once"));
    flags.addAll(List.of("--threads", Integer.toString(threads)));
    flags.addAll(List.of("--application-id", name));
    flags.addAll(List.of("--state-dir", own.resolve("state").toString()));
    flags.addAll(List.of("--metrics-port", "0"));
    flags.addAll(List.of("--topic-readings", readings));
    flags.addAll(List.of("--topic-predictions", predictions));
    flags.addAll(settings.streamerFlags());
    if (contender == Contender.WINDOW_BY_WINDOW) {
      flags.addAll(List.of("--batch-wait", "PT0S", "--max-batch", "1"));
    }
    return flags;
  }

  /**
   * Runs a contender on a backlog.
   *
   * @param windows how many the backlog makes
   * @param warmUp before it is measured
   * @param longest that it is measured
   */
  Throughput measure(
      Contender contender,
      String readings,
      Path bundle,
      int threads,
      long windows,
      Duration warmUp,
      Duration longest)
      throws InterruptedException {
    Run run = start(contender, readings, bundle, threads);
    try {
      return Throughput.measure(
          cluster, run.process(), run.predictions(), windows, warmUp, longest, stop);
    } finally {
      run.close();
    }
  }

  /** How many seconds a streamer takes from its start until it is ready, with an empty state. */
  double secondsUntilReady(String readings, Path bundle) throws InterruptedException {
    Run run = start(Contender.EXACTLY_ONCE, readings, bundle, 1);
    try {
      var unused = run.process().await(READY, stop);
      return run.process().seconds();
    } finally {
      run.close();
    }
  }

  /** Runs the bare engine; returns its windows a second. */
  double engine(Path bundle, Duration time) throws InterruptedException {
    try (ChildProcess process =
        ChildProcess.start(
            "bare engine",
            folder.resolve("engine"),
            EnginePeer.class,
            settings.jvmFlags(),
            List.of(bundle.toString(), Long.toString(time.toMillis())))) {
      return Double.parseDouble(process.await(ENGINE, stop));
    }
  }
}
