package dev.whisker.streamer.topology;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.TopicNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Which rights the streamer needs, and which of them it has not. */
public final class Rights {
  private static final String LISTED = " (docs/operations.md lists the rights)";

  private Rights() {}

  /**
   * What the streamer does with each topic that is not its own.
   *
   * @param followsModels whether models come from their topic
   */
  public static Map<String, AclOperation> needed(StreamerConfig config, boolean followsModels) {
    TopicNames topics = config.topics();
    Map<String, AclOperation> needed = new LinkedHashMap<>();
    needed.put(topics.readings(), AclOperation.READ);
    needed.put(topics.predictions(), AclOperation.WRITE);
    needed.put(topics.stateChanges(), AclOperation.WRITE);
    needed.put(topics.deadLetters(), AclOperation.WRITE);
    if (config.models().hasShadow()) {
      needed.put(topics.shadow(), AclOperation.WRITE);
    }
    if (followsModels) {
      needed.put(topics.models(), AclOperation.READ);
    }
    return needed;
  }

  /**
   * Checks that the topics exist and that this client may use them.
   *
   * @param followsModels whether models come from their topic
   * @throws CommandFailure with all that is missing
   */
  public static void require(Admin admin, StreamerConfig config, boolean followsModels) {
    Map<String, AclOperation> needed = needed(config, followsModels);
    List<String> absent = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    admin
        .describeTopics(
            needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
        .topicNameValues()
        .forEach(
            (topic, result) -> {
              String right = needed.get(topic) + " on the topic " + topic;
              Throwable failure = ClusterAdmin.failure(result, "the topic " + topic);
              if (failure == null) {
                Set<AclOperation> granted =
                    result.toCompletionStage().toCompletableFuture().join().authorizedOperations();
                // A broker that does not tell finds out for itself.
                if (granted != null && !granted.contains(needed.get(topic))) {
                  refused.add(right);
                }
              } else if (failure instanceof TopicAuthorizationException) {
                refused.add(right);
              } else if (failure instanceof UnknownTopicOrPartitionException) {
                absent.add(topic);
              } else {
                throw new CommandFailure(
                    "Whether the topic "
                        + topic
                        + " can be used cannot be found out: "
                        + failure.getMessage(),
                    failure);
              }
            });
    List<String> problems = new ArrayList<>();
    if (!absent.isEmpty()) {
      problems.add(
          "These topics do not exist: "
              + String.join(", ", absent)
              + ". Create them, or let them be created with --create-topics=true");
    }
    if (!refused.isEmpty()) {
      problems.add("This client has not the right to " + String.join(", ", refused) + LISTED);
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(String.join(". ", problems));
    }
  }

  /**
   * A failure with all that lies behind it, for people, and where a right is missing, which.
   *
   * @param failure may be null
   */
  public static String told(Throwable failure, StreamerConfig config) {
    StringBuilder text = new StringBuilder(causes(failure));
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String missing = missing(cause, config);
      if (missing != null) {
        return text.append(". Missing right: ").append(missing).append(LISTED).toString();
      }
    }
    return text.toString();
  }

  private static String missing(Throwable cause, StreamerConfig config) {
    String id = config.applicationId();
    String internal = "CREATE, READ and WRITE on the topics that begin with " + id + "-";
    if (cause instanceof TopicAuthorizationException topics) {
      Map<String, AclOperation> needed = needed(config, true);
      Set<String> rights = new LinkedHashSet<>();
      for (String topic : topics.unauthorizedTopics()) {
        AclOperation operation = needed.get(topic);
        rights.add(operation != null ? operation + " on the topic " + topic : internal);
      }
      // That a topic cannot be created is told without its name; only internal ones are then.
      return rights.isEmpty() ? internal : String.join(", ", rights);
    }
    if (cause instanceof GroupAuthorizationException) {
      return "READ on the consumer group " + id;
    }
    if (cause instanceof TransactionalIdAuthorizationException) {
      return "WRITE on the transactional ids that begin with " + id + "-";
    }
    if (cause instanceof ClusterAuthorizationException) {
      return internal;
    }
    return null;
  }

  /** A failure and its causes in a line. */
  public static String causes(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(text.length() == 0 ? "" : " <- ").append(cause);
    }
    return text.length() == 0 ? "for no known reason" : text.toString();
  }
}
