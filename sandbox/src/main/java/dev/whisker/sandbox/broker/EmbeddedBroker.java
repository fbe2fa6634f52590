package dev.whisker.sandbox.broker;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node, broker and controller at once, inside this process and for clients on this
 * machine. It keeps its topics in a folder: started on the same folder again, it has its records.
 * Topics are not created by themselves. Whoever started it closes it.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String HOST = "localhost";
  private static final int NODE = 1;
  private static final int ATTEMPTS = 5;
  private static final int HIGHEST_PORT = 65_535;

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts a broker and waits until it takes requests.
   *
   * @param directory where it keeps its topics; made and formatted if it is not there or empty
   * @param port where clients find it; 0: any free port
   * @throws CommandFailure if the port or the folder is in use, or the folder is no broker's
   */
  public static EmbeddedBroker start(Path directory, int port) {
    return start(directory, port, Map.of());
  }

  /**
   * Starts a broker with settings of one's own and waits until it takes requests.
   *
   * @param directory where it keeps its topics; made and formatted if it is not there or empty
   * @param port where clients find it; 0: any free port
   * @param settings replace those of the same keys, by Kafka's own keys; the listener of the
   *     clients is called CLIENTS
   * @throws CommandFailure if the port or the folder is in use, or the folder is no broker's
   */
  public static EmbeddedBroker start(Path directory, int port, Map<String, String> settings) {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new CommandFailure("The port is " + port + "; expected 0 (any free one) to 65535");
    }
    if (port > 0) {
      requireFree(port);
    }
    format(directory);
    for (int attempt = 1; ; attempt++) {
      int clients = port == 0 ? freePort() : port;
      Map<String, String> config = config(directory, clients);
      config.putAll(settings);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
      try {
        server.startup();
        return new EmbeddedBroker(server, clients);
      } catch (RuntimeException e) {
        stop(server);
        // Between choosing a free port and binding it, another process may have taken it.
        if (attempt == ATTEMPTS || !isCausedByBinding(e)) {
          throw new CommandFailure(
              "The broker cannot be started in " + directory + ": " + deepest(e), e);
        }
      }
    }
  }

  /** Where clients find it: {@code host:port}. */
  public String bootstrap() {
    return HOST + ":" + port;
  }

  /** Stops cleanly: everything that was acknowledged is on disk. */
  @Override
  public void close() {
    stop(server);
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path directory) {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .addDirectory(directory.toString())
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
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

  private static Map<String, String> config(Path directory, int clients) {
    int controller = freePort();
    Map<String, String> config = new HashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", Integer.toString(NODE));
    config.put("controller.quorum.voters", NODE + "@" + HOST + ":" + controller);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("inter.broker.listener.name", "CLIENTS");
    config.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put(
        "listeners",
        "CLIENTS://" + HOST + ":" + clients + ",CONTROLLER://" + HOST + ":" + controller);
    config.put("log.dirs", directory.toString());
    config.put("auto.create.topics.enable", "false");

    // There is no second node to replicate to.
    config.put("default.replication.factor", "1");
    config.put("min.insync.replicas", "1");
    config.put("offsets.topic.replication.factor", "1");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");

    // Few clients: small internal topics and buffers, no waiting for further group members.
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.num.partitions", "4");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");

    // Clients may ask for a quick takeover when one of them is killed.
    config.put("group.min.session.timeout.ms", "1000");
    config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    // A node that was killed may come back at once.
    config.put("broker.session.timeout.ms", "2000");
    config.put("broker.heartbeat.interval.ms", "500");
    return config;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new CommandFailure("There is no free port on " + HOST + ": " + e.getMessage(), e);
    }
  }

  private static void requireFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port), 1);
    } catch (IOException e) {
      throw new CommandFailure(
          "The port "
              + port
              + " cannot be used: "
              + e.getMessage()
              + ". Stop what listens there or choose another one with --port",
          e);
    }
  }

  private static boolean isCausedByBinding(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
