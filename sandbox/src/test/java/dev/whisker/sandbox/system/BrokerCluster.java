package dev.whisker.sandbox.system;

import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.clients.KafkaClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.Kafka;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Three Kafka nodes, each a process of its own, which keep every record three times and acknowledge
 * it when two have it: what docs/operations.md asks of a cluster for its guarantees. One of them at
 * a time is killed, stopped or held up, each in its turn. Not thread-safe.
 */
final class BrokerCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Path folder;
  private final List<Integer> clientPorts;
  private final List<Path> settings = new ArrayList<>();
  private final List<JavaProcess> nodes = new ArrayList<>();

  /** The index of the node that is struck, or was the last to be. */
  private int struck = -1;

  /** Starts one that keeps its topics in a folder. */
  BrokerCluster(Path folder) {
    this.folder = folder;
    List<Integer> ports = freePorts(2 * NODES);
    clientPorts = ports.subList(0, NODES);
    List<Integer> controllerPorts = ports.subList(NODES, 2 * NODES);
    String cluster = Uuid.randomUuid().toString();
    for (int node = 0; node < NODES; node++) {
      settings.add(format(node, cluster, controllerPorts));
    }
    for (int node = 0; node < NODES; node++) {
      nodes.add(process(node));
    }
    awaitInSync();
  }

  String bootstrap() {
    return clientPorts.stream().map(port -> "localhost:" + port).collect(Collectors.joining(","));
  }

  /** Kills the next node as {@code kill -9} does. */
  void kill() throws InterruptedException {
    next().kill();
  }

  /** Stops the next node cleanly. */
  void stop() throws InterruptedException {
    int unused = next().stop();
  }

  /** Starts the node that was killed or stopped, and waits until it has what it has missed. */
  void start() {
    nodes.set(struck, process(struck));
    awaitInSync();
  }

  /** Stops the clock of the next node. */
  void suspend() throws InterruptedException {
    next().suspend();
  }

  /** Lets it go on, and waits until it has what it has missed. */
  void resume() throws InterruptedException {
    nodes.get(struck).resume();
    awaitInSync();
  }

  private JavaProcess next() {
    struck = (struck + 1) % NODES;
    return nodes.get(struck);
  }

  /** Waits until all nodes have all records. */
  private void awaitInSync() {
    try (Admin admin = KafkaClients.of(bootstrap()).admin()) {
      await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptionsInstanceOf(ExecutionException.class)
          .until(() -> isInSync(admin));
    }
  }

  private static boolean isInSync(Admin admin) throws ExecutionException, InterruptedException {
    if (admin.describeCluster().nodes().get().size() < NODES) {
      return false;
    }
    return admin
        .describeTopics(admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
        .allTopicNames()
        .get()
        .values()
        .stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(partition -> partition.isr().size() == NODES);
  }

  private JavaProcess process(int node) {
    return new JavaProcess(
        folder,
        "node" + (node + 1) + "-",
        Kafka.class,
        JavaProcess.SHORT_LIVED,
        List.of(settings.get(node).toString()));
  }

  /** Makes a node's folder and returns the file with its settings. */
  private Path format(int node, String cluster, List<Integer> controllerPorts) {
    int id = node + 1;
    Path directory = folder.resolve("node" + id);
    Path file = folder.resolve("node" + id + ".properties");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (Writer out = Files.newBufferedWriter(file)) {
      properties(id, directory, clientPorts.get(node), controllerPorts).store(out, null);
      new Formatter()
          .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
          .setClusterId(cluster)
          .setNodeId(id)
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException(said.toString(StandardCharsets.UTF_8), e);
    }
    return file;
  }

  private static Properties properties(
      int id, Path directory, int clientPort, List<Integer> controllerPorts) {
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(id));
    properties.put(
        "controller.quorum.voters",
        IntStream.range(0, NODES)
            .mapToObj(node -> (node + 1) + "@localhost:" + controllerPorts.get(node))
            .collect(Collectors.joining(",")));
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("inter.broker.listener.name", "CLIENTS");
    properties.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put(
        "listeners",
        "CLIENTS://localhost:"
            + clientPort
            + ",CONTROLLER://localhost:"
            + controllerPorts.get(id - 1));
    properties.put("log.dirs", directory.toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("default.replication.factor", "3");
    properties.put("min.insync.replicas", "2");
    properties.put("offsets.topic.replication.factor", "3");
    properties.put("transaction.state.log.replication.factor", "3");
    properties.put("transaction.state.log.min.isr", "2");

    // Few clients, as with the embedded broker; what fails is noticed soon.
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    properties.put("group.min.session.timeout.ms", "1000");
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    properties.put("broker.session.timeout.ms", "2000");
    properties.put("broker.heartbeat.interval.ms", "500");
    properties.put("replica.lag.time.max.ms", "3000");
    return properties;
  }

  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    nodes.forEach(JavaProcess::close);
  }
}
