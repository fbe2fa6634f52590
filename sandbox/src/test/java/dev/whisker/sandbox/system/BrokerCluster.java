package dev.whisker.sandbox.system;

import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.broker.KafkaNode;
import dev.whisker.sandbox.clients.KafkaClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.Kafka;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;

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
    Uuid cluster = Uuid.randomUuid();
    for (int id = 1; id <= NODES; id++) {
      Path directory = folder.resolve("node" + id);
      int port = clientPorts.get(id - 1);
      settings.add(format(new KafkaNode(id, directory, port, controllerPorts), cluster));
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
  private Path format(KafkaNode node, Uuid cluster) {
    node.format(cluster);
    Path file = folder.resolve("node" + node.id() + ".properties");
    Properties settings = new Properties();
    settings.putAll(node.settings());
    try (Writer out = Files.newBufferedWriter(file)) {
      settings.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
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
