package dev.whisker.streamer;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.schemas.RecordType;
import dev.whisker.schemas.RegistryException;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.batch.BatchingClients;
import dev.whisker.streamer.config.ModelChoice;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.metrics.MetricsServer;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.BundleKeys;
import dev.whisker.streamer.model.ModelFollower;
import dev.whisker.streamer.model.ModelTopic;
import dev.whisker.streamer.model.ServedModels;
import dev.whisker.streamer.model.ServingModel;
import dev.whisker.streamer.topology.ClusterAdmin;
import dev.whisker.streamer.topology.Rights;
import dev.whisker.streamer.topology.StreamerTopology;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running streamer: models, topology, metrics and health. Without a model of its own it waits for
 * one on the models topic, and reads nothing before. Thread-safe; started once; closing it again
 * does nothing.
 */
public final class Streamer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Streamer.class);
  private static final int QUICK_MILLIS = 5_000;

  /** The usual minute would leave lag unknown for that long after every rebalance. */
  private static final Duration METRICS_FOUND_AFTER = Duration.ofSeconds(5);

  private final StreamerConfig config;
  private final ValueFormat format;
  private final List<PublicKey> trusted;

  /** Whether the served model is the one it was given. */
  private final boolean pinned;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final StreamerMetrics metrics;
  private final ServedModels models;
  private final JvmGcMetrics garbageMetrics = new JvmGcMetrics();
  private final MetricsServer server;
  private volatile KafkaStreams streams;
  private volatile ModelFollower follower;
  private String cluster;
  private KafkaStreamsMetrics streamsMetrics;

  /** Looks for metrics that Kafka's clients have made since, as those of new partitions. */
  private final ScheduledExecutorService metricsFinder =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "metrics-finder");
            thread.setDaemon(true);
            return thread;
          });

  private final Restoration restoration;
  private final Failures failures;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Loads the model and serves health; Kafka is not talked to before {@link #start}.
   *
   * @param bundle the model to serve; null: what is published on the models topic
   * @throws BundleException if the model cannot be run, or the shadow does not fit it
   * @throws CommandFailure if the metrics' port is taken or a trusted key cannot be read
   */
  public Streamer(StreamerConfig config, Bundle bundle) {
    this.config = config;
    this.format = config.format().open(LOG::warn);
    this.pinned = bundle != null;
    this.metrics = new StreamerMetrics(registry, config.metrics(), Clock.systemUTC());
    this.models = new ServedModels(metrics);
    this.restoration = new Restoration(metrics);
    this.failures = new Failures(config.failurePolicy(), config.threads(), Clock.systemUTC());
    this.trusted = config.models().trustedKeys().stream().map(BundleKeys::readPublic).toList();
    if (bundle != null) {
      models.serve(ServingModel.open(bundle, config.engine()));
    }
    if (config.models().shadowFile() != null) {
      models.shadow(ServingModel.open(Bundle.read(config.models().shadowFile()), config.engine()));
    }
    metrics.ready(this::isReady);
    StreamerTopology.announce(metrics);
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
    if (closed.get() && isOfRegistry(cause)) {
      LOG.info("Stopped while a record waited for its schema; it is read again at the next start");
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
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

  private static boolean isOfRegistry(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryException) {
        return true;
      }
    }
    return false;
  }

  /** Without a model or schemas there is nothing to do, and nobody waits for them any more. */
  private void gaveUp(Throwable cause) {
    if (!closed.get() || !isOfRegistry(cause)) {
      failure.compareAndSet(null, cause);
    }
    running.countDown();
    ended.countDown();
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
   * Creates missing topics if that is allowed, and begins to read: at once with a model, else as
   * soon as there is one on the models topic.
   *
   * @throws CommandFailure if the cluster cannot be reached, the topics cannot be created or are
   *     not as they must be, a right to them is missing or Kafka refuses its settings
   */
  public void start() {
    try {
      begin();
    } catch (KafkaException e) {
      throw new CommandFailure(
          "Kafka's clients cannot be made: " + Rights.causes(e) + ". Check the kafka.* settings",
          e);
    }
  }

  private void begin() {
    boolean follows = !pinned || config.models().shadowName() != null;
    try (Admin admin = Admin.create(config.clientProperties())) {
      cluster = ClusterAdmin.id(admin);
      createTopics(admin, follows);
      Rights.require(admin, config, follows);
      if (follows) {
        ModelTopic.check(admin, config.topics().models());
      }
    }
    if (config.format().registry() == null) {
      run(follows);
      return;
    }
    // A registry that is down is waited for, and meanwhile health is served and can be stopped.
    Thread waiting =
        new Thread(
            () -> {
              try {
                prepareTopics();
                run(follows);
              } catch (RuntimeException e) {
                gaveUp(e);
              }
            },
            "whisker-registry");
    waiting.setDaemon(true);
    waiting.start();
  }

  /** Finds the schemas of what will be written before anything is read. */
  private void prepareTopics() {
    format.prepare(config.topics().predictions(), RecordType.PREDICTION);
    format.prepare(config.topics().stateChanges(), RecordType.STATE_CHANGE);
    if (config.models().hasShadow()) {
      format.prepare(config.topics().shadow(), RecordType.PREDICTION);
    }
  }

  private void run(boolean follows) {
    if (pinned) {
      startStreams();
    }
    if (follows) {
      follow();
    }
  }

  /**
   * Checks, once it runs and its internal topics exist, that it could read them again. Does not
   * matter if Kafka does not answer just then.
   *
   * @throws CommandFailure if a right to them is missing
   */
  public void requireRightsToState() {
    Map<String, Object> properties = config.clientProperties();
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, QUICK_MILLIS);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, QUICK_MILLIS);
    try (Admin admin = Admin.create(properties)) {
      Rights.requireInternal(admin, config);
    } catch (CommandFailure e) {
      if (e.getCause() == null) {
        throw e;
      }
      LOG.warn("Not checked: {}", e.getMessage());
    }
  }

  private synchronized void follow() {
    if (closed.get()) {
      return;
    }
    ModelChoice choice = config.models();
    follower =
        new ModelFollower(
            new KafkaConsumer<>(
                config.modelConsumerProperties(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()),
            config.topics().models(),
            new ModelFollower.Wanted(!pinned, choice.name(), choice.shadowName()),
            trusted,
            config.engine(),
            models,
            metrics,
            this::firstServed,
            this::gaveUp);
    follower.start();
  }

  private void firstServed() {
    if (pinned) {
      return;
    }
    try {
      startStreams();
    } catch (RuntimeException e) {
      gaveUp(e);
    }
  }

  private synchronized void startStreams() {
    if (closed.get()) {
      return;
    }
    KafkaStreams created =
        new KafkaStreams(
            StreamerTopology.build(config, format, models, metrics),
            config.streamsProperties(cluster),
            new BatchingClients(config.batchWait()));
    created.setGlobalStateRestoreListener(restoration);
    created.setUncaughtExceptionHandler(this::died);
    created.setStateListener((now, before) -> stateChanged(now));
    streamsMetrics =
        new KafkaStreamsMetrics(created, List.of(), metricsFinder, METRICS_FOUND_AFTER);
    streamsMetrics.bindTo(registry);
    streams = created;
    created.start();
  }

  private void createTopics(Admin admin, boolean follows) {
    if (!config.topicCreation().allowed()) {
      return;
    }
    short replicas = (short) config.topicCreation().replicationFactor();
    List<String> created =
        new ArrayList<>(
            ClusterAdmin.ensure(
                admin,
                Rights.needed(config, false).keySet(),
                config.topicCreation().partitions(),
                replicas));
    if (follows) {
      created.addAll(
          ClusterAdmin.ensure(
              admin,
              List.of(config.topics().models()),
              ModelTopic.PARTITIONS,
              replicas,
              ModelTopic.CONFIG));
    }
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
    Optional<String> service = format.waitsFor();
    if (service.isPresent()) {
      return service;
    }
    KafkaStreams started = streams;
    if (started != null) {
      KafkaStreams.State state = started.state();
      return switch (state) {
        case RUNNING -> Optional.empty();
        case REBALANCING -> Optional.of(restoration.progress().orElse("REBALANCING"));
        default -> Optional.of(state.name());
      };
    }
    if (models.isServing()) {
      return Optional.of("Kafka Streams is not started");
    }
    String name = config.models().name();
    return Optional.of(
        "there is no model; 'whisker publish' "
            + (name == null ? "one" : "model " + name)
            + " to "
            + config.topics().models());
  }

  /** The model that is served; empty: none yet. */
  public Optional<Manifest> served() {
    return models.served();
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
    // A stream thread that waits for the registry would not stop.
    format.close();
    ModelFollower following = following();
    if (following != null) {
      following.close();
    }
    KafkaStreams started = started();
    boolean stopped =
        started == null
            || started.close(
                CloseOptions.timeout(config.stopTimeout())
                    .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    ended.countDown();
    if (server != null) {
      server.close();
    }
    metricsFinder.shutdownNow();
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
    models.close();
  }

  /** What was started; from now on nothing is, because it is closed. */
  private synchronized KafkaStreams started() {
    return streams;
  }

  /** What follows models, if any does; from now on none is started. */
  private synchronized ModelFollower following() {
    return follower;
  }
}
