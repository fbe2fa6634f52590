package dev.whisker.streamer.config;

import static java.util.Map.entry;

import dev.whisker.classifier.cli.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Which of Kafka's own keys may be set, and how they are spelled. */
final class KafkaKeys {
  private static final String NOTHING = "";

  /** The keys that Whisker sets itself, because its guarantees depend on them. */
  private static final Map<String, String> LOCKED =
      Map.ofEntries(
          entry(StreamsConfig.APPLICATION_ID_CONFIG, "--application-id"),
          entry(StreamsConfig.STATE_DIR_CONFIG, "--state-dir"),
          entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "--guarantee"),
          entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "--threads"),
          entry(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "--standby-replicas"),
          entry(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, "--state-memory"),
          entry(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "--bootstrap"),
          entry(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, NOTHING),
          entry(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, NOTHING),
          entry(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, NOTHING),
          entry(StreamerConfig.GLOBAL_HANDLER, NOTHING),
          entry(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, NOTHING),
          entry(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, NOTHING),
          entry(ConsumerConfig.GROUP_ID_CONFIG, "--application-id"),
          entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, NOTHING),
          entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "--guarantee"),
          entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, NOTHING),
          entry(ProducerConfig.ACKS_CONFIG, NOTHING),
          entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, NOTHING),
          entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "--application-id"));

  /** Kafka Streams takes a client's settings under these prefixes too. */
  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  private KafkaKeys() {}

  /** What is wrong with settings for Kafka Streams, a line each. */
  static List<String> problems(Map<String, String> settings) {
    List<String> problems = new ArrayList<>();
    for (String key : new TreeMap<>(settings).keySet()) {
      String instead = LOCKED.get(withoutPrefix(key));
      if (instead != null) {
        problems.add(
            "kafka."
                + key
                + " cannot be set: Whisker depends on it. "
                + (instead.equals(NOTHING) ? "Leave it out" : "Use " + instead + " instead"));
      }
    }
    problems.addAll(misspelled(settings));
    return problems;
  }

  /**
   * A line for each key that is nearly one of Kafka's. Others are left alone: a plug-in, such as an
   * interceptor or a login module, has keys of its own.
   */
  static List<String> misspelled(Map<String, String> settings) {
    Set<String> known = known();
    List<String> problems = new ArrayList<>();
    for (String key : new TreeMap<>(settings).keySet()) {
      String bare = withoutPrefix(key);
      String prefix = key.substring(0, key.length() - bare.length());
      Layers.misspelled(bare, known)
          .ifPresent(
              meant ->
                  problems.add(
                      "kafka."
                          + key
                          + " is unknown to Kafka; did you mean kafka."
                          + prefix
                          + meant
                          + "?"));
    }
    return problems;
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(StreamsConfig.configDef().names());
    known.addAll(ConsumerConfig.configNames());
    known.addAll(ProducerConfig.configNames());
    known.addAll(AdminClientConfig.configNames());
    return known;
  }

  private static String withoutPrefix(String key) {
    for (String prefix : PREFIXES) {
      if (key.startsWith(prefix)) {
        return key.substring(prefix.length());
      }
    }
    return key;
  }
}
