package dev.whisker.sandbox.broker;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka node for clients on this machine, broker and controller at once, of a cluster of such
 * nodes: every record is on all of them, and is acknowledged when all but one have it. For few
 * clients, and soon there again when it was killed.
 *
 * @param id from 1
 * @param directory where it keeps its topics
 * @param clientPort where clients find it
 * @param controllerPorts where the nodes' controllers find each other, in the order of their ids
 */
public record KafkaNode(int id, Path directory, int clientPort, List<Integer> controllerPorts) {
  static final String HOST = "localhost";
  private static final String CONTROLLER = "CONTROLLER";

  /** Copies the list. */
  public KafkaNode {
    controllerPorts = List.copyOf(controllerPorts);
  }

  /**
   * Makes its folder that of a node, unless it is one already.
   *
   * @throws CommandFailure if it cannot be
   */
  public void format(Uuid cluster) {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
          .setClusterId(cluster.toString())
          .setNodeId(id)
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName(CONTROLLER)
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    } catch (Exception e) {
      throw new CommandFailure(
          "The folder "
              + directory
              + " cannot be made a broker's: "
              + e.getMessage()
              + said.toString(StandardCharsets.UTF_8),
          e);
    }
  }

  /** Its settings by Kafka's keys; the listener of the clients is called CLIENTS. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(id));
    settings.put(
        "controller.quorum.voters",
        IntStream.range(0, controllerPorts.size())
            .mapToObj(node -> (node + 1) + "@" + HOST + ":" + controllerPorts.get(node))
            .collect(Collectors.joining(",")));
    settings.put("controller.listener.names", CONTROLLER);
    settings.put("inter.broker.listener.name", "CLIENTS");
    settings.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    int controllerPort = controllerPorts.get(id - 1);
    settings.put(
        "listeners",
        "CLIENTS://" + HOST + ":" + clientPort + ",CONTROLLER://" + HOST + ":" + controllerPort);
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", "false");

    String replicas = Integer.toString(controllerPorts.size());
    String enough = Integer.toString(Math.max(1, controllerPorts.size() - 1));
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", enough);
    settings.put("offsets.topic.replication.factor", replicas);
    settings.put("transaction.state.log.replication.factor", replicas);
    settings.put("transaction.state.log.min.isr", enough);
    settings.put("share.coordinator.state.topic.replication.factor", replicas);
    settings.put("share.coordinator.state.topic.min.isr", enough);

    // Few clients: small internal topics and buffers, no waiting for further group members.
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");

    // Clients may ask for a quick takeover when one of them is killed.
    settings.put("group.min.session.timeout.ms", "1000");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    // A node that was killed may come back at once, and who lags behind is noticed soon.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("replica.lag.time.max.ms", "3000");
    return settings;
  }
}
