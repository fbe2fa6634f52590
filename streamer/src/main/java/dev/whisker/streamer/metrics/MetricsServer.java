package dev.whisker.streamer.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whisker.classifier.cli.CommandFailure;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} in Prometheus' text format, {@code /health/live} and {@code
 * /health/ready} (200, or 503 with the reason). Thread-safe.
 */
public final class MetricsServer implements AutoCloseable {
  private static final int THREADS = 4;

  static {
    // Seconds. Without them a client that sends half a request keeps a thread for good.
    limit("sun.net.httpserver.maxReqTime");
    limit("sun.net.httpserver.maxRspTime");
  }

  private final HttpServer server;
  private final ExecutorService threads;

  /**
   * Starts to serve.
   *
   * @param port where; 0: any free port
   * @param live whether the process should go on
   * @param unready why it does not do its work, for people; empty: it does
   * @throws CommandFailure if the port is taken
   */
  public MetricsServer(
      int port,
      PrometheusMeterRegistry registry,
      BooleanSupplier live,
      Supplier<Optional<String>> unready) {
    try {
      server = HttpServer.create(new InetSocketAddress(port), 16);
    } catch (IOException e) {
      throw new CommandFailure(
          "Metrics cannot be served on port "
              + port
              + ": "
              + e.getMessage()
              + ". Choose another one with --metrics-port",
          e);
    }
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "metrics-server");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext(
        "/metrics",
        exchange ->
            answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
    server.createContext(
        "/health/live",
        exchange ->
            health(exchange, live.getAsBoolean() ? Optional.empty() : Optional.of("it has ended")));
    server.createContext("/health/ready", exchange -> health(exchange, unready.get()));
    server.start();
  }

  private static void limit(String property) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, "10");
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private static void health(HttpExchange exchange, Optional<String> problem) throws IOException {
    answer(
        exchange,
        problem.isEmpty() ? 200 : 503,
        "text/plain; charset=utf-8",
        problem.map(reason -> "DOWN: " + reason).orElse("UP") + "\n");
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(status, body.length);
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
