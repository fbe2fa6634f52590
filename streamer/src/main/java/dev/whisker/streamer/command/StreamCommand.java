package dev.whisker.streamer.command;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.Checked;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.Layers;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.streamer.Streamer;
import dev.whisker.streamer.config.FailurePolicy;
import dev.whisker.streamer.config.FailurePolicy.Action;
import dev.whisker.streamer.config.FormatOptions;
import dev.whisker.streamer.config.KafkaOptions;
import dev.whisker.streamer.config.MetricsChoice;
import dev.whisker.streamer.config.ModelChoice;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.StreamerConfig.Guarantee;
import dev.whisker.streamer.config.StreamerConfig.Store;
import dev.whisker.streamer.config.StreamerConfig.TopicCreation;
import dev.whisker.streamer.topology.Rights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker stream}: readings topic to predictions topic until it is told to stop. */
@Command(
    name = "stream",
    footerHeading = Cli.EXAMPLES,
    footer = {
      "  whisker stream --bootstrap localhost:9092 --model m.whisker",
      "  whisker stream --config whisker.properties --guarantee at-least-once"
    },
    description = "Classify the readings topic with a model until stopped.",
    sortOptions = false)
final class StreamCommand implements Callable<Integer>, Checked {
  private static final Logger LOG = LoggerFactory.getLogger(StreamCommand.class);

  /** How often the command looks whether the streamer has ended. */
  private static final Duration LOOK = Duration.ofMillis(100);

  @Spec private CommandSpec command;
  @ParentCommand private StreamerCommands parent;
  @Mixin private CommonOptions common;
  @Mixin private KafkaOptions kafka;
  @Mixin private FormatOptions format;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = {
        "The bundle to classify with.",
        "Without it, what 'whisker publish' publishes; until then nothing is read."
      })
  private Path model;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "Follow the published model of this name (without it: any).")
  private String modelName;

  @Option(
      names = "--trusted-keys",
      paramLabel = "FILE",
      split = ",",
      description = {
        "Public keys (PEM, Ed25519); published models must be signed by one of them.",
        "May be repeated, or have commas."
      })
  private List<Path> trustedKeys = List.of();

  @Option(
      names = "--shadow",
      paramLabel = "FILE|NAME",
      description = {
        "A second model on the same windows: a bundle, or the name of a published one.",
        "Its predictions go to a topic of their own."
      })
  private String shadow;

  @Option(
      names = "--application-id",
      paramLabel = "ID",
      defaultValue = "whisker",
      description = "Consumer group and prefix of internal topics (default: ${DEFAULT-VALUE}).")
  private String applicationId;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "${sys:user.home}/.whisker/state",
      description = "Where local state is kept (default: ${DEFAULT-VALUE}).")
  private Path stateDir;

  @Option(
      names = "--store",
      defaultValue = "rocksdb",
      description = "What keeps it: rocksdb or memory (default: ${DEFAULT-VALUE}).")
  private Store store;

  @Option(
      names = "--state-memory",
      paramLabel = "MB",
      defaultValue = "256",
      description =
          "The most that rocksdb takes beside the heap, in the whole process (default:"
              + " ${DEFAULT-VALUE}).")
  private int stateMemoryMb;

  @Option(
      names = "--guarantee",
      defaultValue = "exactly-once",
      converter = GuaranteeConverter.class,
      description = "exactly-once or at-least-once (default: ${DEFAULT-VALUE}).")
  private Guarantee guarantee;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Stream threads (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--standby-replicas",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Copies of the state on further instances, for a quick takeover"
              + " (default: ${DEFAULT-VALUE}).")
  private int standbyReplicas;

  @Option(
      names = "--engine",
      defaultValue = "onnx",
      description = "The inference engine: onnx or dl4j (default: ${DEFAULT-VALUE}).")
  private String engine;

  @Option(
      names = "--max-batch",
      paramLabel = "WINDOWS",
      defaultValue = "128",
      description = "The most windows in one call of the engine (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--batch-wait",
      paramLabel = "DURATION",
      defaultValue = "PT0.002S",
      description =
          "The longest that readings wait for others, to be classified together: they do when they"
              + " come soon after the ones before (default: ${DEFAULT-VALUE}).")
  private Duration batchWait;

  @Option(
      names = "--idle",
      paramLabel = "DURATION",
      defaultValue = "PT10M",
      description = "Silence after which a device is evicted (default: ${DEFAULT-VALUE}).")
  private Duration idle;

  @Option(
      names = "--max-future",
      paramLabel = "DURATION",
      defaultValue = "PT1H",
      description = "Readings further in the future are refused (default: ${DEFAULT-VALUE}).")
  private Duration maxFuture;

  @Option(
      names = "--max-reading-samples",
      paramLabel = "N",
      defaultValue = "65536",
      description = "The most samples in a reading (default: ${DEFAULT-VALUE}).")
  private int maxReadingSamples;

  @Option(
      names = "--max-reading-bytes",
      paramLabel = "N",
      defaultValue = "8388608",
      description = "The most bytes in a reading (default: ${DEFAULT-VALUE}).")
  private int maxReadingBytes;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      defaultValue = "9464",
      description = "Metrics and health; 0: any free port, -1: none (default: ${DEFAULT-VALUE}).")
  private int metricsPort;

  @Option(
      names = "--device-metrics",
      paramLabel = "N|ID",
      split = ",",
      description = {
        "Devices with metrics of their own: the first N of this instance, or those named.",
        "May be repeated, or have commas (default: none)."
      })
  private List<String> deviceMetrics = List.of();

  @Option(
      names = "--drift-period",
      paramLabel = "DURATION",
      defaultValue = "PT15M",
      description = "Over which drift from the training is told (default: ${DEFAULT-VALUE}).")
  private Duration driftPeriod;

  @Option(
      names = "--stop-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT30S",
      description = "How long a clean stop may take (default: ${DEFAULT-VALUE}).")
  private Duration stopTimeout;

  @Option(
      names = "--on-failure",
      defaultValue = "restart",
      description =
          "When a stream thread fails: restart it, or stop the streamer (default:"
              + " ${DEFAULT-VALUE}).")
  private Action onFailure;

  @Option(
      names = "--max-restarts",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "The most restarts within --restart-period; then it stops (default: ${DEFAULT-VALUE}).")
  private int maxRestarts;

  @Option(
      names = "--restart-period",
      paramLabel = "DURATION",
      defaultValue = "PT10M",
      description = "Over which restarts are counted (default: ${DEFAULT-VALUE}).")
  private Duration restartPeriod;

  @Option(
      names = "--create-topics",
      defaultValue = "true",
      arity = "1",
      description = "Whether missing topics are created (default: ${DEFAULT-VALUE}).")
  private boolean createTopics;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of created topics (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Replicas of created topics; -1: the broker's default.")
  private int replicationFactor;

  @Override
  public Integer call() throws InterruptedException {
    StreamerConfig config = config();
    Layers.effective(command).forEach((key, value) -> LOG.info("{} = {}", key, value));
    Bundle bundle = model == null ? null : Bundle.read(model);
    StopSignal stop = parent.stop();
    Streamer streamer = new Streamer(config, bundle);
    boolean asked;
    try (streamer) {
      streamer.start();
      stop.listen();
      if (streamer.served().isEmpty()) {
        LOG.info(
            "Waiting for a model on {}; metrics at http://localhost:{}/metrics",
            config.topics().models(),
            streamer.metricsPort());
      }
      if (config.format().registry() != null) {
        LOG.info(
            "Asking the schema registry at {}; metrics at http://localhost:{}/metrics",
            Layers.hidden("schema.registry", config.format().registry()),
            streamer.metricsPort());
      }
      boolean told = false;
      while (!stop.isRequested() && !streamer.awaitEnd(LOOK)) {
        if (!told && streamer.isReady()) {
          told = true;
          streamer.requireRightsToState();
          LOG.info(
              "Classifying {} into {}; metrics at http://localhost:{}/metrics",
              config.topics().readings(),
              config.topics().predictions(),
              streamer.metricsPort());
        }
      }
      asked = stop.isRequested();
    }
    Throwable failure = streamer.failure().orElse(null);
    if (failure != null || !asked) {
      throw new CommandFailure("The stream has ended: " + Rights.told(failure, config), failure);
    }
    LOG.info("Stopped; everything that was read is committed");
    return 0;
  }

  @Override
  public void check() {
    var unused = config();
  }

  private StreamerConfig config() {
    return new StreamerConfig(
        kafka.bootstrap(),
        kafka.settings(),
        kafka.topics(),
        format.choice(),
        new TopicCreation(createTopics, partitions, replicationFactor),
        models(),
        applicationId,
        stateDir,
        store,
        stateMemoryMb,
        guarantee,
        threads,
        standbyReplicas,
        engine,
        maxBatch,
        batchWait,
        idle,
        maxFuture,
        maxReadingSamples,
        maxReadingBytes,
        metricsPort,
        stopTimeout,
        new FailurePolicy(onFailure, maxRestarts, restartPeriod),
        MetricsChoice.of(driftPeriod, deviceMetrics));
  }

  private ModelChoice models() {
    if (model != null && modelName != null) {
      throw new IllegalArgumentException(
          "model serves a file and model.name what is published; expected one of them");
    }
    boolean isFile =
        shadow != null && (shadow.endsWith(".whisker") || Files.exists(Path.of(shadow)));
    if (shadow != null && !isFile && model == null && modelName == null) {
      throw new IllegalArgumentException(
          "shadow is the published model '"
              + shadow
              + "', and which one is served is not said; add --model-name or --model");
    }
    return new ModelChoice(
        modelName, isFile ? Path.of(shadow) : null, isFile ? null : shadow, trustedKeys);
  }
}
