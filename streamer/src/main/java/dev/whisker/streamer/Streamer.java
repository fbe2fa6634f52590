package dev.whisker.streamer;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.TopicNames;
import dev.whisker.streamer.metrics.MetricsServer;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.topology.ServingModel;
import dev.whisker.streamer.topology.StreamerTopology;
import dev.whisker.streamer.topology.TopicAdmin;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
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
  private final KafkaStreams streams;
  private final KafkaStreamsMetrics streamsMetrics;
  private final MetricsServer server;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Loads the model and puts everything together; nothing is read from Kafka before {@link #start}.
   *
   * @throws dev.whisker.classifier.bundle.BundleException if the model cannot be run
   * @throws dev.whisker.classifier.cli.CommandFailure if the metrics' port is taken
   */
  public Streamer(StreamerConfig config, Bundle bundle) {
    this.config = config;
    this.model = ServingModel.open(bundle, config.engine());
    metrics.loaded(bundle.manifest());
    this.streams =
        new KafkaStreams(
            StreamerTopology.build(config, model, metrics), config.streamsProperties());
    streams.setUncaughtExceptionHandler(this::died);
    streams.setStateListener((now, before) -> stateChanged(now));
    this.streamsMetrics = new KafkaStreamsMetrics(streams);
    streamsMetrics.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    garbageMetrics.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    this.server =
        config.metricsPort() < 0
            ? null
            : new MetricsServer(config.metricsPort(), registry, this::isLive, this::isReady);
  }

  private StreamThreadExceptionResponse died(Throwable cause) {
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
   * @throws dev.whisker.classifier.cli.CommandFailure if the topics cannot be created
   */
  public void start() {
    if (config.topicCreation().allowed()) {
      TopicNames topics = config.topics();
      try (Admin admin = Admin.create(config.clientProperties())) {
        List<String> created =
            TopicAdmin.ensure(
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
    }
    streams.start();
  }

  /** Waits until it reads, or has ended; false: neither in time. */
  public boolean awaitRunning(Duration longest) throws InterruptedException {
    return running.await(longest.toMillis(), TimeUnit.MILLISECONDS) && isReady();
  }

  /** Waits until it has ended, by {@link #close} or by a failure. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
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
    return streams.state() != KafkaStreams.State.ERROR
        && streams.state() != KafkaStreams.State.NOT_RUNNING;
  }

  private boolean isReady() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /**
   * Stops cleanly: what was read is processed and committed, the state is flushed.
   *
   * @throws IllegalStateException if that took longer than the configuration allows
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean stopped =
        streams.close(
            CloseOptions.timeout(config.stopTimeout())
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    if (server != null) {
      server.close();
    }
    streamsMetrics.close();
    garbageMetrics.close();
    registry.close();
    if (!stopped) {
      throw new IllegalStateException(
          "The stream threads did not stop within "
              + config.stopTimeout()
              + "; what they had not committed is processed again at the next start");
    }
    model.close();
  }
}
