package dev.whisker.streamer.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/**
 * Everything that a streamer is configured with.
 *
 * @param bootstrap Kafka's bootstrap servers
 * @param kafka settings that pass through to the clients and to Kafka Streams, by Kafka's own keys
 * @param topics the topics in use
 * @param format how readings, predictions and state changes are written
 * @param topicCreation whether and how missing topics are created
 * @param models which models are served beside or instead of a file
 * @param applicationId Kafka Streams' application id: consumer group and prefix of internal topics
 * @param stateDir where local state is kept
 * @param store what keeps it there
 * @param stateMemoryMb the most megabytes that RocksDB takes beside the heap, in the whole process
 * @param guarantee the delivery guarantee
 * @param threads stream threads, each with a core's worth of work
 * @param standbyReplicas copies of every device's state on further instances, which take over with
 *     them when one dies instead of reading the changelog first
 * @param engine the name of the inference engine
 * @param maxBatch the most windows that the engine is given at once
 * @param batchWait the longest that readings wait for others: the least time from some readings to
 *     the next poll; zero: they never wait
 * @param idle a device that is silent for longer is evicted, but not before its window's gap is
 *     over
 * @param maxFuture readings further in the future than this are refused
 * @param maxReadingSamples the most samples in a reading
 * @param maxReadingBytes the most bytes in a reading
 * @param metricsPort where metrics and health are served; 0: any free port; negative: nowhere
 * @param stopTimeout how long a clean stop may take
 * @param failurePolicy what follows when a stream thread fails
 * @param metrics what is measured beyond what always is
 */
public record StreamerConfig(
    String bootstrap,
    Map<String, String> kafka,
    TopicNames topics,
    FormatChoice format,
    TopicCreation topicCreation,
    ModelChoice models,
    String applicationId,
    Path stateDir,
    Store store,
    int stateMemoryMb,
    Guarantee guarantee,
    int threads,
    int standbyReplicas,
    String engine,
    int maxBatch,
    Duration batchWait,
    Duration idle,
    Duration maxFuture,
    int maxReadingSamples,
    int maxReadingBytes,
    int metricsPort,
    Duration stopTimeout,
    FailurePolicy failurePolicy,
    MetricsChoice metrics) {

  /** What keeps the devices' state on this machine; it is backed by changelog topics either way. */
  public enum Store {
    /** On disk. */
    ROCKSDB,
    /** On the heap. */
    MEMORY
  }

  /** The delivery guarantee. */
  public enum Guarantee {
    /** No window is missing and none is repeated, to subscribers that read committed records. */
    EXACTLY_ONCE,
    /** No window is missing; after a crash some are repeated, and say the same again. */
    AT_LEAST_ONCE
  }

  /**
   * Whether and how missing topics are created.
   *
   * @param allowed false: a missing topic is an error
   * @param partitions of each topic
   * @param replicationFactor of each topic; negative: the broker's default
   */
  public record TopicCreation(boolean allowed, int partitions, int replicationFactor) {
    /** Four partitions, as many replicas as the broker's default says. */
    public static final TopicCreation DEFAULT = new TopicCreation(true, 4, -1);
  }

  /** Readings that wait for longer would delay commits. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private static final Duration DEFAULT_BATCH_WAIT = Duration.ofMillis(2);

  /** Its constant is deprecated from the start, being the default from Kafka 5 on. */
  static final String GLOBAL_HANDLER = "processing.exception.handler.global.enabled";

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException with all that is wrong, a line each
   */
  public StreamerConfig {
    Objects.requireNonNull(bootstrap, "bootstrap");
    Objects.requireNonNull(topics, "topics");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(stateDir, "stateDir");
    kafka = Map.copyOf(kafka);
    List<String> problems = new ArrayList<>(KafkaKeys.problems(kafka));
    check(
        stateMemoryMb >= RocksDbMemory.LEAST_MB,
        "state.memory",
        stateMemoryMb,
        RocksDbMemory.LEAST_MB + " MB or more",
        problems);
    check(threads >= 1, "threads", threads, "1 or more", problems);
    check(standbyReplicas >= 0, "standby.replicas", standbyReplicas, "0 or more", problems);
    check(maxBatch >= 1, "max.batch", maxBatch, "1 or more", problems);
    check(
        !batchWait.isNegative() && batchWait.compareTo(LONGEST_WAIT) <= 0,
        "batch.wait",
        batchWait,
        "PT0S to " + LONGEST_WAIT,
        problems);
    check(idle.toMillis() >= 1, "idle", idle, "more than nothing", problems);
    check(!maxFuture.isNegative(), "max.future", maxFuture, "0 or more", problems);
    check(maxReadingSamples >= 1, "max.reading.samples", maxReadingSamples, "1 or more", problems);
    check(maxReadingBytes >= 1, "max.reading.bytes", maxReadingBytes, "1 or more", problems);
    check(metricsPort <= 65_535, "metrics.port", metricsPort, "at most 65535", problems);
    check(!stopTimeout.isNegative(), "stop.timeout", stopTimeout, "0 or more", problems);
    check(
        failurePolicy.mostRestarts() >= 0,
        "max.restarts",
        failurePolicy.mostRestarts(),
        "0 or more",
        problems);
    check(
        failurePolicy.period().toMillis() >= 1,
        "restart.period",
        failurePolicy.period(),
        "more than nothing",
        problems);
    check(
        topicCreation.partitions() >= 1,
        "partitions",
        topicCreation.partitions(),
        "1 or more",
        problems);
    problems.addAll(metrics.problems());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }

  private static void check(
      boolean holds, String key, Object actual, String expected, List<String> problems) {
    if (!holds) {
      problems.add(key + " is " + actual + "; expected " + expected);
    }
  }

  /** The defaults, for a cluster and a folder. */
  public static StreamerConfig of(String bootstrap, Path stateDir) {
    return new StreamerConfig(
        bootstrap,
        Map.of(),
        TopicNames.DEFAULT,
        FormatChoice.DEFAULT,
        TopicCreation.DEFAULT,
        ModelChoice.DEFAULT,
        "whisker",
        stateDir,
        Store.ROCKSDB,
        RocksDbMemory.DEFAULT_MB,
        Guarantee.EXACTLY_ONCE,
        1,
        0,
        "onnx",
        128,
        DEFAULT_BATCH_WAIT,
        Duration.ofMinutes(10),
        Duration.ofHours(1),
        65_536,
        8 << 20,
        9464,
        Duration.ofSeconds(30),
        FailurePolicy.DEFAULT,
        MetricsChoice.DEFAULT);
  }

  /** What the clients that are no stream threads are configured with, such as the admin client. */
  public Map<String, Object> clientProperties() {
    Map<String, Object> properties = new TreeMap<>(kafka);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return properties;
  }

  /**
   * What the consumer of the models topic is configured with: as those of the readings, but without
   * a group, so that every instance reads all of it.
   */
  public Map<String, Object> modelConsumerProperties() {
    Map<String, Object> properties =
        new StreamsConfig(streamsProperties()).getGlobalConsumerConfigs(applicationId + "-models");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // Bundles may be large: one at a time.
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
    return properties;
  }

  /**
   * What Kafka Streams is configured with on a cluster.
   *
   * @param cluster the id of the cluster. State is kept apart by it: what is left of another one,
   *     whose topics are not this one's, would be taken for this one's where their names are the
   *     same
   */
  public Properties streamsProperties(String cluster) {
    Properties properties = streamsProperties();
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.resolve(cluster).toString());
    return properties;
  }

  /** What Kafka Streams is configured with on any cluster. */
  public Properties streamsProperties() {
    Properties properties = new Properties();
    // The producer's usual 100 ms would be added to every prediction's latency.
    preset(properties, "producer.", ProducerConfig.LINGER_MS_CONFIG, "5");
    // A killed instance's devices are taken over after this, not after 45 s.
    preset(properties, "consumer.", ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
    preset(properties, "consumer.", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // Under exactly-once no prediction is visible before its commit. Without, a commit is no more
    // than the place that a crash goes back to.
    preset(
        properties,
        "",
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        guarantee == Guarantee.EXACTLY_ONCE ? "100" : "1000");
    // A commit waits until the poll before it ends: with the usual 100 ms, twice as long as needed.
    preset(properties, "", StreamsConfig.POLL_MS_CONFIG, "10");
    // A buffered record is a batch of readings.
    preset(properties, "", StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, "2");
    properties.putAll(kafka);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(threads));
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, Integer.toString(standbyReplicas));
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.class);
    properties.put(RocksDbMemory.MB, stateMemoryMb);
    properties.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        guarantee == Guarantee.EXACTLY_ONCE
            ? StreamsConfig.EXACTLY_ONCE_V2
            : StreamsConfig.AT_LEAST_ONCE);
    properties.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, ArrivalTimestamps.class);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailExceptionHandler.class);
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndFailProcessingExceptionHandler.class);
    properties.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
        DefaultProductionExceptionHandler.class);
    properties.put(GLOBAL_HANDLER, "true");
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    if (guarantee == Guarantee.AT_LEAST_ONCE) {
      listenToCommits(properties);
    }
    return properties;
  }

  /** Beside the interceptors that the user may have. */
  private void listenToCommits(Properties properties) {
    String key = ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG;
    String own = Commits.Listener.class.getName();
    String others =
        Stream.of(StreamsConfig.MAIN_CONSUMER_PREFIX, StreamsConfig.CONSUMER_PREFIX, "")
            .map(prefix -> kafka.get(prefix + key))
            .filter(Objects::nonNull)
            .findFirst()
            .map(classes -> "," + classes)
            .orElse("");
    properties.put(StreamsConfig.MAIN_CONSUMER_PREFIX + key, own + others);
    properties.put(Commits.KEY, new Commits());
  }

  /** A value that the user may replace, under the key as it is or under the client's prefix. */
  private void preset(Properties properties, String prefix, String key, String value) {
    if (!kafka.containsKey(key)) {
      properties.put(prefix + key, value);
    }
  }
}
