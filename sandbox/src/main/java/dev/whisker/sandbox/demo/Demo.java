package dev.whisker.sandbox.demo;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.classifier.cli.Terminal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.broker.Folder;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.ledger.Ledger;
import dev.whisker.sandbox.replay.Replay;
import dev.whisker.sandbox.simulate.LiveFleet;
import dev.whisker.sandbox.watch.PredictionFeed;
import dev.whisker.sandbox.watch.Views;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.Streamer;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.TopicNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Trains a model on simulated machines, starts a broker and the streamer, lets machines that the
 * model has never seen publish, and checks every prediction. Used once.
 */
public final class Demo {
  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final int USUAL_BROKER_PORT = 9092;
  private static final int USUAL_METRICS_PORT = 9464;

  private final DemoSettings settings;
  private final DemoRecipe recipe;
  private final PrintWriter out;
  private final Clock clock;
  private final StopSignal stop;
  private final Announcer announcer;

  /**
   * A demo that has not begun.
   *
   * @param out for people
   * @param clock tells the time of the live samples, among others
   * @param stop ends it
   */
  public Demo(DemoSettings settings, PrintWriter out, Clock clock, StopSignal stop) {
    this(settings, DemoRecipe.USUAL, out, clock, stop);
  }

  Demo(DemoSettings settings, DemoRecipe recipe, PrintWriter out, Clock clock, StopSignal stop) {
    this.settings = settings;
    this.recipe = recipe;
    this.out = out;
    this.clock = clock;
    this.stop = stop;
    this.announcer = new Announcer(out, clock);
  }

  /**
   * Runs everything and cleans up.
   *
   * @throws CommandFailure if a part of it cannot do its work
   */
  public DemoReport run() throws InterruptedException {
    requireEmpty(settings.keep());
    if (settings.bootstrap() != null) {
      new KafkaClients(settings.bootstrap(), settings.kafka()).requireReachable();
    }
    DemoModel model = DemoModel.train(recipe, settings.seed(), clock, announcer);
    // Ctrl-C ended the process at once so far; now there is something to stop and to tell.
    stop.listen();
    try (Folder folder = Folder.of(settings.keep())) {
      model.bundle().write(folder.path().resolve("demo.whisker"));
      return settings.bootstrap() == null
          ? onEmbeddedBroker(model, folder.path())
          : onCluster(model, folder.path());
    }
  }

  private DemoReport onEmbeddedBroker(DemoModel model, Path folder) throws InterruptedException {
    announcer.step("Starting a Kafka broker");
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(folder.resolve("broker"), usualIfFree(USUAL_BROKER_PORT))) {
      return live(
          model,
          new KafkaClients(broker.bootstrap(), settings.kafka()),
          TopicNames.DEFAULT,
          "whisker-demo",
          folder);
    }
  }

  /** On a cluster with a life of its own the demo has topics of its own, and removes them. */
  private DemoReport onCluster(DemoModel model, Path folder) throws InterruptedException {
    KafkaClients clients = new KafkaClients(settings.bootstrap(), settings.kafka());
    String name = "whisker-demo-" + Long.toHexString(clock.millis());
    TopicNames topics =
        new TopicNames(
            name + "-" + TopicNames.DEFAULT.readings(),
            name + "-" + TopicNames.DEFAULT.predictions(),
            name + "-" + TopicNames.DEFAULT.stateChanges(),
            name + "-" + TopicNames.DEFAULT.deadLetters(),
            name + "-" + TopicNames.DEFAULT.models(),
            name + "-" + TopicNames.DEFAULT.shadow());
    try {
      return live(model, clients, topics, name, folder);
    } finally {
      OwnTopics.delete(clients, name);
    }
  }

  private DemoReport live(
      DemoModel model, KafkaClients clients, TopicNames topics, String application, Path folder)
      throws InterruptedException {
    announcer.step("Starting the streamer");
    StreamerConfig config = config(clients, topics, application, folder.resolve("state"));
    Streamer streamer = new Streamer(config, model.bundle());
    try (LiveRun run = new LiveRun(model.bundle(), clients, topics, streamer, config.engine())) {
      streamer.start();
      if (!streamer.awaitRunning(LONGEST_START)) {
        throw new CommandFailure(
            "The streamer did not start within "
                + LONGEST_START.toSeconds()
                + " s: "
                + streamer.failure().map(Throwable::toString).orElse("it still waits for Kafka"));
      }
      announceLive(clients.bootstrap(), topics, streamer.metricsPort());
      try (PredictionFeed feed = new PredictionFeed(clients, topics.predictions(), true, clock)) {
        LiveRun.Result result = run.run(readings(), feed, Views.forPeople(out, Terminal.ERR), stop);
        DemoReport report = report(model, result);
        tell(report, result.published().seconds());
        return report;
      }
    }
  }

  private Iterator<SensorReading> readings() {
    long startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    LiveFleet fleet =
        new LiveFleet(
            settings.seed(), DemoRecipe.FIRST_LIVE_MACHINE, settings.machines(), startMicros);
    if (settings.publishing() == null) {
      return fleet;
    }
    long readingsEach = settings.publishing().dividedBy(LiveFleet.READING);
    return Stream.generate(fleet::next).limit(settings.machines() * readingsEach).iterator();
  }

  private static StreamerConfig config(
      KafkaClients clients, TopicNames topics, String application, Path state) {
    StreamerConfig usual = StreamerConfig.of(clients.bootstrap(), state);
    return new StreamerConfig(
        clients.bootstrap(),
        clients.settings(),
        topics,
        usual.format(),
        usual.topicCreation(),
        usual.models(),
        application,
        state,
        usual.store(),
        usual.stateMemoryMb(),
        usual.guarantee(),
        usual.threads(),
        usual.standbyReplicas(),
        usual.engine(),
        usual.maxBatch(),
        usual.batchWait(),
        usual.idle(),
        usual.maxFuture(),
        usual.maxReadingSamples(),
        usual.maxReadingBytes(),
        usualIfFree(USUAL_METRICS_PORT),
        usual.stopTimeout(),
        usual.failurePolicy(),
        usual.metrics());
  }

  private void announceLive(String bootstrap, TopicNames topics, int metricsPort) {
    announcer.step(
        settings.machines()
            + " machines that the model has never seen publish to "
            + topics.readings()
            + " at "
            + bootstrap
            + (settings.publishing() == null
                ? " until Ctrl-C"
                : " for " + settings.publishing().toSeconds() + " s"));
    announcer.detail("Look in with any Kafka client, for example:");
    announcer.detail(
        "  kcat -b "
            + bootstrap
            + " -C -o end -t "
            + topics.predictions()
            + " -X isolation.level=read_committed");
    announcer.detail("Metrics: http://localhost:" + metricsPort + "/metrics");
  }

  private static DemoReport report(DemoModel model, LiveRun.Result result) {
    Replay.Published published = result.published();
    Ledger.Summary summary = result.summary();
    return new DemoReport(
        model.trainingSeconds(),
        model.heldOutAccuracy(),
        model.denseAccuracy(),
        published.readings(),
        summary.windows(),
        summary.predictions(),
        summary.missing(),
        summary.duplicated(),
        summary.wrong(),
        summary.unexpected(),
        summary.accuracy(),
        summary.latencyMillisP50(),
        summary.latencyMillisP99(),
        published.readingsPerSecond(),
        published.seconds() > 0 ? summary.windows() / published.seconds() : 0,
        summary.faults());
  }

  private void tell(DemoReport report, double seconds) {
    announcer.step(
        String.format(
            Locale.ROOT,
            "%d readings in %.1f s, %d windows, %d predictions:",
            report.readings(),
            seconds,
            report.windows(),
            report.predictions()));
    announcer.detail(
        String.format(
            Locale.ROOT,
            "%d missing, %d duplicated, %d not as computed offline",
            report.missing(),
            report.duplicated(),
            report.wrong() + report.unexpected()));
    announcer.detail(
        String.format(
            Locale.ROOT,
            "%.1f %% right; latency %.0f ms in the median, %.0f ms at the 99th percentile",
            100 * report.liveAccuracy(),
            report.latencyMillisP50(),
            report.latencyMillisP99()));
    report.faults().forEach(announcer::detail);
  }

  /** The port, or 0 (any free one) if something listens there already. */
  private static int usualIfFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void requireEmpty(Path folder) {
    if (folder == null || !Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new CommandFailure(
            "The folder " + folder + " is not empty. Choose a new or empty one with --keep");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + folder + " cannot be read", e);
    }
  }
}
