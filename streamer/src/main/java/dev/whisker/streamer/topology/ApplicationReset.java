package dev.whisker.streamer.topology;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes a cluster and this machine forget an application: its changelog topics, its local state and
 * where it has read to. Nothing may run meanwhile. What it does can be repeated after a failure.
 *
 * @param applicationId Kafka Streams' application id
 * @param readings the topic that the application reads
 * @param start where it reads again
 * @param stateDir where streamers on this machine keep local state
 */
public record ApplicationReset(
    String applicationId, String readings, StartPoint start, Path stateDir) {
  private static final Duration LONGEST_DELETION = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * What there is to forget.
   *
   * @param cluster the cluster's id
   * @param group whether the consumer group exists
   * @param topics the changelog topics
   * @param localState this machine's; null: there is none
   * @param partitions of the readings topic
   */
  public record Plan(
      String cluster, boolean group, Set<String> topics, Path localState, int partitions) {}

  /**
   * Finds out what there is, and changes nothing.
   *
   * @throws CommandFailure if an instance is running, the cluster cannot be reached, or it would
   *     refuse some of what is to be done; then nothing is, as half of it would be worse than none
   */
  public Plan plan(Admin admin) {
    String cluster = ClusterAdmin.id(admin);
    List<String> refused = new ArrayList<>();
    boolean group = requireNobodyRuns(admin, refused);
    Map<String, AclOperation> needed = new LinkedHashMap<>();
    needed.put(readings, AclOperation.READ);
    // Asked for by their names: a list of all topics leaves out what this client may not see.
    TopologyNames.internalTopics(applicationId)
        .forEach(topic -> needed.put(topic, AclOperation.DELETE));
    Rights.Found found = Rights.look(admin, needed);
    refused.addAll(found.refused());
    if (!refused.isEmpty()) {
      throw new CommandFailure(Rights.refusal(refused));
    }
    if (found.absent().contains(readings)) {
      throw new CommandFailure(
          "The topic "
              + readings
              + " does not exist, so that where to read it cannot be set. Is --topic-readings right?"
              + " If it was deleted, create it first");
    }
    Set<String> topics = new TreeSet<>(TopologyNames.internalTopics(applicationId));
    topics.removeAll(found.absent());
    int partitions =
        get(
                admin.describeTopics(List.of(readings)).allTopicNames(),
                "look at the topic " + readings)
            .get(readings)
            .partitions()
            .size();
    Path local = stateDir.resolve(cluster).resolve(applicationId);
    boolean kept = Files.exists(local);
    if (kept) {
      requireUnlocked(local);
    }
    return new Plan(cluster, group, topics, kept ? local : null, partitions);
  }

  /**
   * Whether the group exists; it must have no members.
   *
   * @param refused receives missing rights to it
   */
  private boolean requireNobodyRuns(Admin admin, List<String> refused) {
    KafkaFuture<ConsumerGroupDescription> answer =
        admin
            .describeConsumerGroups(
                List.of(applicationId),
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
            .describedGroups()
            .get(applicationId);
    ConsumerGroupDescription group;
    try {
      group = answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      if (e.getCause() instanceof GroupAuthorizationException) {
        refused.add("READ and DELETE on the consumer group " + applicationId);
        return false;
      }
      throw refused("look at the consumer group " + applicationId, e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    for (AclOperation needed : List.of(AclOperation.READ, AclOperation.DELETE)) {
      if (Rights.isMissing(needed, group.authorizedOperations())) {
        refused.add(needed + " on the consumer group " + applicationId);
      }
    }
    if (!group.members().isEmpty()) {
      throw new CommandFailure(
          "The application "
              + applicationId
              + " is running: its consumer group has "
              + group.members().size()
              + " member(s), on "
              + group.members().stream().map(member -> member.host()).distinct().sorted().toList()
              + ". Stop all instances first; one that was killed is forgotten by Kafka after its"
              + " session timeout (10 s)");
    }
    return group.groupState() != GroupState.DEAD;
  }

  /** An instance on this machine locks its folder as long as it runs. */
  private static void requireUnlocked(Path local) {
    Path file = local.resolve(".lock");
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw inUse(local);
      }
    } catch (OverlappingFileLockException e) {
      throw inUse(local);
    } catch (IOException e) {
      throw new UncheckedIOException("Whether " + local + " is in use cannot be found out", e);
    }
  }

  private static CommandFailure inUse(Path local) {
    return new CommandFailure(
        "The local state " + local + " is in use by an instance on this machine. Stop it first");
  }

  /**
   * Forgets what the plan holds, and sets where the application reads again.
   *
   * @throws CommandFailure if the cluster refuses; then some of it may be forgotten and some not,
   *     and the whole is to be repeated
   */
  public void apply(Admin admin, Plan plan) {
    for (Map.Entry<String, KafkaFuture<Void>> deleted :
        admin.deleteTopics(plan.topics()).topicNameValues().entrySet()) {
      Throwable failure = ClusterAdmin.failure(deleted.getValue(), "the topic " + deleted.getKey());
      if (failure != null && !(failure instanceof UnknownTopicOrPartitionException)) {
        throw refused("delete the topic " + deleted.getKey(), failure);
      }
    }
    awaitDeleted(admin, plan.topics());
    if (plan.localState() != null) {
      delete(plan.localState());
    }
    if (plan.group()) {
      get(
          admin.deleteConsumerGroups(List.of(applicationId)).all(),
          "delete the consumer group " + applicationId);
    }
    get(
        admin.alterConsumerGroupOffsets(applicationId, offsets(admin, plan.partitions())).all(),
        "set where the consumer group " + applicationId + " reads");
  }

  /** A topic's name is free only some time after its deletion was taken. */
  private static void awaitDeleted(Admin admin, Set<String> topics) {
    long deadline = System.nanoTime() + LONGEST_DELETION.toNanos();
    Set<String> left = topics;
    while (!left.isEmpty()) {
      left = new TreeSet<>(get(admin.listTopics().names(), "list the topics"));
      left.retainAll(topics);
      if (!left.isEmpty() && System.nanoTime() > deadline) {
        throw new CommandFailure(
            "The topics "
                + left
                + " are still there "
                + LONGEST_DELETION
                + " after their deletion. Repeat the command when they are gone");
      }
      LockSupport.parkNanos(left.isEmpty() ? 0 : LOOK.toNanos());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Admin admin, int partitions) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      asked.put(new TopicPartition(readings, i), start.offset());
      ends.put(new TopicPartition(readings, i), OffsetSpec.latest());
    }
    String what = "find offsets of the topic " + readings;
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    var end = get(admin.listOffsets(ends).all(), what);
    get(admin.listOffsets(asked).all(), what)
        .forEach(
            (partition, found) ->
                // Where no record is as young, the next one is the first.
                offsets.put(
                    partition,
                    new OffsetAndMetadata(
                        found.offset() >= 0 ? found.offset() : end.get(partition).offset())));
    return offsets;
  }

  private static void delete(Path folder) {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.sorted(Comparator.reverseOrder()).forEach(files::add);
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The local state " + folder + " cannot be deleted", e);
    }
  }

  private static <T> T get(KafkaFuture<T> answer, String what) {
    try {
      return answer.get(LONGEST_DELETION.toSeconds() * 2, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw refused(what, e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw refused(what, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static CommandFailure refused(String what, Throwable cause) {
    return new CommandFailure(
        "Kafka does not let this client "
            + what
            + ": "
            + cause.getMessage()
            + ". docs/operations.md lists the rights",
        cause);
  }

  private static CommandFailure interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CommandFailure("Interrupted while waiting for Kafka", cause);
  }
}
