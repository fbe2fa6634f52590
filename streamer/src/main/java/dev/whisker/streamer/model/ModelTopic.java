package dev.whisker.streamer.model;

import dev.whisker.classifier.cli.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the models topic must be: one partition, compacted, with room for a bundle in a record. */
public final class ModelTopic {
  /** One: all instances see bundles in the same order. */
  public static final int PARTITIONS = 1;

  /** The largest bundle; brokers refuse requests of 100 MiB. */
  public static final int MOST_BYTES = 64 << 20;

  /**
   * How long a bundle is kept at least that another one has replaced: an instance that starts goes
   * back to it where the later one is refused.
   */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final Duration UNTIL_KNOWN = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What it is created with. */
  public static final Map<String, String> CONFIG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(MOST_BYTES),
          TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
          Long.toString(KEPT.toMillis()));

  private static final Logger LOG = LoggerFactory.getLogger(ModelTopic.class);

  private ModelTopic() {}

  /**
   * Checks a topic that exists.
   *
   * @throws CommandFailure if it has several partitions, or forgets bundles after a time
   */
  public static void check(Admin admin, String topic) {
    int partitions = partitions(admin, topic);
    if (partitions != PARTITIONS) {
      throw new CommandFailure(
          "The topic "
              + topic
              + " has "
              + partitions
              + " partitions; expected 1, so that all instances see models in the same order. Delete"
              + " it and publish again, or name another one with --topic-models");
    }
    String policy = policy(admin, topic);
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new CommandFailure(
          "The topic "
              + topic
              + " has "
              + TopicConfig.CLEANUP_POLICY_CONFIG
              + "="
              + policy
              + "; expected compact, or models would be deleted after a time. Set it with"
              + " 'kafka-configs.sh --alter --topic "
              + topic
              + " --add-config cleanup.policy=compact,max.message.bytes="
              + MOST_BYTES
              + "'");
    }
  }

  private static int partitions(Admin admin, String topic) {
    long begun = System.nanoTime();
    while (true) {
      try {
        return get(admin.describeTopics(List.of(topic)).allTopicNames())
            .get(topic)
            .partitions()
            .size();
      } catch (ExecutionException e) {
        // Right after a topic was created, perhaps by another instance, a broker may not know it.
        boolean maySoonBeThere =
            e.getCause() instanceof UnknownTopicOrPartitionException
                && System.nanoTime() - begun < UNTIL_KNOWN.toNanos();
        if (!maySoonBeThere) {
          throw new CommandFailure(
              "The topic "
                  + topic
                  + " of models cannot be looked at: "
                  + e.getCause().getMessage()
                  + " Does it exist, and may this client describe and read it?",
              e.getCause());
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted while waiting for the topic of models", e);
    }
  }

  /** Its cleanup policy; as it should be where this client may not look. */
  private static String policy(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config config = get(admin.describeConfigs(List.of(resource)).all()).get(resource);
      ConfigEntry entry = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
      if (entry != null && entry.value() != null) {
        return entry.value();
      }
    } catch (ExecutionException e) {
      LOG.debug("Whether {} is compacted cannot be found out", topic, e.getCause());
    }
    return TopicConfig.CLEANUP_POLICY_COMPACT;
  }

  private static <T> T get(KafkaFuture<T> result) throws ExecutionException {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted while asking Kafka for the topic of models", e);
    }
  }
}
