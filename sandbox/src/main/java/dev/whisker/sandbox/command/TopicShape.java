package dev.whisker.sandbox.command;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
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

  /** Creates those of the topics that are missing, if that is allowed and Kafka answers. */
  void ensure(KafkaClients clients, List<String> topics) {
    clients.requireReachable();
    if (create) {
      try (Admin admin = clients.admin()) {
        ClusterAdmin.ensure(admin, topics, partitions, replicationFactor);
      }
    }
  }
}
