package dev.whisker.sandbox.command;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.streamer.topology.ClusterAdmin;
import dev.whisker.streamer.topology.Rights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.Option;

/** The flags that say how missing topics are created. */
final class TopicShape {
  @Option(
      names = "--create-topics",
      defaultValue = "true",
      arity = "1",
      description = "Whether missing topics are created (default: ${DEFAULT-VALUE}).")
  private boolean create;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of created topics (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Replicas of created topics; -1: the broker's default.")
  private short replicationFactor;

  /**
   * Creates those of the topics that are missing, if that is allowed.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if Kafka does not answer, or records may not
   *     be written to the topics
   */
  void ensure(KafkaClients clients, List<String> topics) {
    clients.requireReachable();
    try (Admin admin = clients.admin()) {
      if (create) {
        ClusterAdmin.ensure(admin, topics, partitions, replicationFactor);
      }
      Map<String, AclOperation> needed = new LinkedHashMap<>();
      topics.forEach(topic -> needed.put(topic, AclOperation.WRITE));
      Rights.require(admin, needed, create);
    }
  }
}
