package dev.whisker.streamer;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.TopicNames;
import dev.whisker.streamer.metrics.MetricsServer;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.topology.ClusterAdmin;
import dev.whisker.streamer.topology.Rights;
import dev.whisker.streamer.topology.ServingModel;
import dev.whisker.streamer.topology.StreamerTopology;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running streamer: model, topology, metrics and health. Thread-safe; started once; closing it
 * again does nothing.
 */
public final class Streamer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Streamer.class);

  private final StreamerConfig config;
  private final ServingModel model;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final StreamerMetrics metrics = new StreamerMetrics(registry);
  private final JvmGcMetrics garbageMetrics = new JvmGcMetrics();
  private final MetricsServer server;
  private volatile KafkaStreams streams;
  private KafkaStreamsMetrics streamsMetrics;
  private final Restoration restoration = new Restoration(metrics);
  private final Failures failures;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Loads the model and serves health; Kafka is not talked to before {@link #start}.
   *
   * @throws dev.whisker.classifier.bundle.BundleException if the model cannot be run
   * @throws CommandFailure if the metrics' port is taken
   */
  public Streamer(StreamerConfig config, Bundle bundle) {
    this.config = config;
    this.failures = new Failures(config.failurePolicy(), config.threads(), Clock.systemUTC());
    this.model = ServingModel.open(bundle, config.engine());
    metrics.loaded(bundle.manifest());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    garbageMetrics.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    this.server =
        config.metricsPort() < 0
            ? null
            : new MetricsServer(config.metricsPort(), registry, this::isLive, this::unready);
  }

  private StreamThreadExceptionResponse died(Throwable cause) {
    Optional<String> end = failures.add(cause);
    metrics.failed(end.isEmpty());
    if (end.isEmpty()) {
      LOG.warn("A stream thread has failed and is replaced ({})", failures.count(), cause);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("A stream thread has failed and the streamer ends: {}", end.get());
    failure.compareAndSet(null, cause);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void stateChanged(KafkaStreams.State now) {
    switch (now) {
      case RUNNING -> running.countDown();
      case ERROR, NOT_RUNNING -> {
        running.countDown();
        ended.countDown();
      }
      default -> LOG.debug("Kafka Streams is {}", now);
    }
  }

  /**
   * Creates missing topics if that is allowed, and begins to read.
   *
   * @throws CommandFailure if the cluster cannot be reached, the topics cannot be created, a right
   *     to them is missing or Kafka refuses its settings
   */
  public void start() {
    try {
      startStreams();
    } catch (KafkaException e) {
      throw new CommandFailure(
          "Kafka's clients cannot be made: " + Rights.causes(e) + ". Check the kafka.* settings",
          e);
    }
  }

  private void startStreams() {
    String cluster;
    try (Admin admin = Admin.create(config.clientProperties())) {
      cluster = ClusterAdmin.id(admin);
      createTopics(admin);
      Rights.require(admin, config.topics());
    }
    KafkaStreams created =
        new KafkaStreams(
            StreamerTopology.build(config, model, metrics), config.streamsProperties(cluster));
    created.setGlobalStateRestoreListener(restoration);
    created.setUncaughtExceptionHandler(this::died);
    created.setStateListener((now, before) -> stateChanged(now));
    streamsMetrics = new KafkaStreamsMetrics(created);
    streamsMetrics.bindTo(registry);
    streams = created;
    created.start();
  }

  private void createTopics(Admin admin) {
    if (!config.topicCreation().allowed()) {
      return;
    }
    TopicNames topics = config.topics();
    List<String> created =
        ClusterAdmin.ensure(
            admin,
            List.of(
                topics.readings(),
                topics.predictions(),
                topics.stateChanges(),
                topics.deadLetters()),
            config.topicCreation().partitions(),
            (short) config.topicCreation().replicationFactor());
    if (!created.isEmpty()) {
      LOG.info("Created the topics {}", created);
    }
  }

  /** Waits until it reads, or has ended; false: neither in time. */
  public boolean awaitRunning(Duration longest) throws InterruptedException {
    return running.await(longest.toMillis(), TimeUnit.MILLISECONDS) && isReady();
  }

  /** Waits until it has ended, by {@link #close} or by a failure; false: not in time. */
  public boolean awaitEnd(Duration longest) throws InterruptedException {
    return ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What ended it, if it was not {@link #close}. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** The port on which metrics and health are served; negative: none. */
  public int metricsPort() {
    return server == null ? -1 : server.port();
  }

  private boolean isLive() {
    return ended.getCount() > 0;
  }

  /** Whether it reads and classifies. */
  public boolean isReady() {
    return unready().isEmpty();
  }

  /**
   * Why it does not read and classify, for people; empty: it does. Kafka Streams runs only when all
   * stores that its tasks need are restored.
   */
  public Optional<String> unready() {
    KafkaStreams started = streams;
    if (started == null) {
      return Optional.of("Kafka Streams is not started");
    }
    KafkaStreams.State state = started.state();
    return switch (state) {
      case RUNNING -> Optional.empty();
      case REBALANCING -> Optional.of(restoration.progress().orElse("REBALANCING"));
      default -> Optional.of(state.name());
    };
  }

  /**
   * Stops cleanly: what was read is processed and committed, the state is flushed.
   *
   * @throws CommandFailure if that took longer than the configuration allows
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean stopped =
        streams == null
            || streams.close(
                CloseOptions.timeout(config.stopTimeout())
                    .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    ended.countDown();
    if (server != null) {
      server.close();
    }
    if (streamsMetrics != null) {
      streamsMetrics.close();
    }
    garbageMetrics.close();
    registry.close();
    if (!stopped) {
      throw new CommandFailure(
          "The stream threads did not stop within "
              + config.stopTimeout()
              + "; what they had not committed is processed again at the next start");
    }
    model.close();
  }
}
