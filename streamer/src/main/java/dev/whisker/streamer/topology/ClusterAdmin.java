package dev.whisker.streamer.topology;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What is asked of a cluster before it is read: which one it is, and topics that are missing. */
public final class ClusterAdmin {
  private ClusterAdmin() {}

  /**
   * The cluster's id.
   *
   * @throws CommandFailure if it cannot be reached
   */
  public static String id(Admin admin) {
    KafkaFuture<String> id = admin.describeCluster().clusterId();
    Throwable failure = failure(id, "the cluster's id");
    if (failure != null) {
      throw new CommandFailure(
          "Kafka does not answer: "
              + failure.getMessage()
              + ". Is it up, and is --bootstrap right?",
          failure);
    }
    return id.toCompletionStage().toCompletableFuture().join();
  }

  /** Creates those of the topics that do not exist, as the broker configures them. */
  public static List<String> ensure(
      Admin admin, Collection<String> topics, int partitions, short replicationFactor) {
    return ensure(admin, topics, partitions, replicationFactor, Map.of());
  }

  /**
   * Creates those of the topics that do not exist. Where all exist, no right to create is needed.
   *
   * @param partitions of each
   * @param replicationFactor of each; negative: the broker's default
   * @param configuration of each, by Kafka's own keys
   * @return the names of those created
   * @throws CommandFailure if the broker refuses or cannot be reached
   */
  public static List<String> ensure(
      Admin admin,
      Collection<String> topics,
      int partitions,
      short replicationFactor,
      Map<String, String> configuration) {
    List<NewTopic> missing =
        missing(admin, topics).stream()
            .map(
                name ->
                    new NewTopic(
                            name,
                            Optional.of(partitions),
                            replicationFactor < 0
                                ? Optional.empty()
                                : Optional.of(replicationFactor))
                        .configs(configuration))
            .toList();
    List<String> created = new ArrayList<>();
    admin
        .createTopics(missing)
        .values()
        .forEach(
            (topic, result) -> {
              Throwable failure = failure(result, "the topic " + topic);
              if (failure == null) {
                created.add(topic);
              } else if (!(failure instanceof TopicExistsException)) {
                throw new CommandFailure(
                    "The topic "
                        + topic
                        + " is missing, or hidden from this client, and cannot be created: "
                        + failure.getMessage()
                        + ". Where it exists, give this client its right to it; where it does"
                        + " not, create it or give the right to create it",
                    failure);
              }
            });
    return created;
  }

  private static List<String> missing(Admin admin, Collection<String> topics) {
    List<String> missing = new ArrayList<>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, result) -> {
              Throwable failure = failure(result, "the topic " + topic);
              // A client that may not look at a topic may still be allowed to create it.
              if (failure instanceof UnknownTopicOrPartitionException
                  || failure instanceof TopicAuthorizationException) {
                missing.add(topic);
              } else if (failure != null) {
                throw new CommandFailure(
                    "Whether there is a topic "
                        + topic
                        + " cannot be found out: "
                        + failure.getMessage()
                        + ". Is the broker up?",
                    failure);
              }
            });
    return missing;
  }

  /** Why something failed; null: it did not. */
  static Throwable failure(KafkaFuture<?> result, String what) {
    try {
      result.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted while asking Kafka for " + what, e);
    }
  }
}
