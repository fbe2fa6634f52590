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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Which rights the streamer and its commands need, and which of them they have not. */
public final class Rights {
  private static final String LISTED = " (docs/operations.md lists the rights)";
  private static final long UNTIL_KNOWN = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

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
   * Checks that the streamer's topics exist and that this client may use them.
   *
   * @param followsModels whether models come from their topic
   * @throws CommandFailure with all that is missing
   */
  public static void require(Admin admin, StreamerConfig config, boolean followsModels) {
    require(admin, needed(config, followsModels), config.topicCreation().allowed());
  }

  /**
   * Checks that topics exist and that this client may use them.
   *
   * @param needed what is to be done with each
   * @param created whether missing ones have just been created, which a broker may not know yet
   * @throws CommandFailure with all that is missing
   */
  public static void require(Admin admin, Map<String, AclOperation> needed, boolean created) {
    Found found = look(admin, needed);
    long begun = System.nanoTime();
    while (created && !found.absent().isEmpty() && System.nanoTime() - begun < UNTIL_KNOWN) {
      LockSupport.parkNanos(PAUSE);
      found = look(admin, needed);
    }
    List<String> problems = new ArrayList<>();
    if (!found.absent().isEmpty()) {
      problems.add(
          "These topics do not exist: "
              + String.join(", ", found.absent())
              + ". Create them, or let them be created with --create-topics=true");
    }
    if (!found.refused().isEmpty()) {
      problems.add(refusal(found.refused()));
    }
    if (!problems.isEmpty()) {
      throw new CommandFailure(String.join(". ", problems));
    }
  }

  /**
   * Checks that this client may use those of the application's internal topics that exist. Without
   * the right to read them it would run as long as there is nothing to restore, and then no more.
   *
   * @throws CommandFailure if a right is missing, or, with Kafka's failure as its cause, if that
   *     cannot be found out
   */
  public static void requireInternal(Admin admin, StreamerConfig config) {
    String id = config.applicationId();
    List<String> refused = new ArrayList<>();
    for (AclOperation operation : List.of(AclOperation.READ, AclOperation.WRITE)) {
      Map<String, AclOperation> needed = new LinkedHashMap<>();
      TopologyNames.internalTopics(id).forEach(topic -> needed.put(topic, operation));
      refused.addAll(look(admin, needed).refused());
    }
    if (!refused.isEmpty()) {
      throw new CommandFailure(
          "This client has not the right to "
              + String.join(", ", refused)
              + "; it needs "
              + internal(id)
              + LISTED);
    }
  }

  private static String internal(String applicationId) {
    return "CREATE, READ and WRITE on the topics that begin with " + applicationId + "-";
  }

  /** That some rights are missing, for people. */
  static String refusal(List<String> rights) {
    return "This client has not the right to " + String.join(", ", rights) + LISTED;
  }

  /**
   * Which of some topics are there.
   *
   * @param absent those that do not exist
   * @param refused the missing rights to the others, for people
   */
  record Found(List<String> absent, List<String> refused) {}

  /** Looks for topics and the rights to them. */
  static Found look(Admin admin, Map<String, AclOperation> needed) {
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
                if (isMissing(needed.get(topic), granted)) {
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
    return new Found(absent, refused);
  }

  /**
   * Whether an operation is not among those that are granted.
   *
   * @param granted null: the broker does not tell, and finds out for itself
   */
  static boolean isMissing(AclOperation operation, Set<AclOperation> granted) {
    return granted != null && !granted.contains(operation);
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
    String internal = internal(id);
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
