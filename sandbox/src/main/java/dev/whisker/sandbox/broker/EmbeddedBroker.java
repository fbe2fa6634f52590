package dev.whisker.sandbox.broker;

import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka node, broker and controller at once, inside this process and for clients on this
 * machine. It keeps its topics in a folder: started on the same folder again, it has its records.
 * Topics are not created by themselves. Whoever started it closes it.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String HOST = KafkaNode.HOST;
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
    for (int attempt = 1; ; attempt++) {
      int clients = port == 0 ? freePort() : port;
      KafkaNode node = new KafkaNode(NODE, directory, clients, List.of(freePort()));
      node.format(Uuid.randomUuid());
      Map<String, String> config = node.settings();
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
