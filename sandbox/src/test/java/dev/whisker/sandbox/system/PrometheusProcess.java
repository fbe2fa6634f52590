package dev.whisker.sandbox.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Prometheus of its own, on this machine alone, that scrapes one streamer every second. */
final class PrometheusProcess implements AutoCloseable {
  /** Why a test of it is skipped. */
  static final String MISSING =
      "prometheus is not on the path; Debian has it in the package 'prometheus'";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final String address;

  /** Whether it is installed. */
  static boolean isHere() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param rules a folder of rules that it evaluates every second
   * @param streamer the port of the streamer's metrics
   * @param folder for all that it writes
   */
  PrometheusProcess(Path rules, int streamer, Path folder) {
    log = folder.resolve("prometheus.log");
    int port = freePort();
    address = "http://localhost:" + port;
    try {
      Path config =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              String.join(
                  "\n",
                  "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}",
                  "rule_files: ['" + rules.toAbsolutePath().normalize() + "/*.yml']",
                  "scrape_configs:",
                  "  - job_name: whisker",
                  "    static_configs: [{targets: ['localhost:" + streamer + "']}]",
                  ""),
              StandardCharsets.UTF_8);
      process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + folder.resolve("prometheus"),
                  "--web.listen-address=127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("Prometheus has ended: " + Files.readString(log));
              }
              return isReady();
            });
  }

  /** What promtool has against metrics as they are scraped; lines that begin with their names. */
  static List<String> lint(String scrape) throws IOException, InterruptedException {
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (OutputStream in = promtool.getOutputStream()) {
      in.write(scrape.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    promtool.waitFor();
    return said.lines().toList();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(URI.create(address + "/-/ready")).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks its API.
   *
   * @param path such as {@code query}
   * @return what it answers with
   * @throws AssertionError with what it says if it refuses
   */
  JsonNode ask(String path, Map<String, String> parameters) {
    String body =
        parameters.entrySet().stream()
            .map(
                one ->
                    one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    // Queries are too long for an address; the values of labels are only to be got.
    boolean isQuery = path.startsWith("query");
    URI uri = URI.create(address + "/api/v1/" + path + (isQuery ? "" : "?" + body));
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (isQuery) {
      request
          .header("Content-Type", "application/x-www-form-urlencoded")
          .POST(BodyPublishers.ofString(body));
    }
    try {
      JsonNode answer =
          new ObjectMapper().readTree(client.send(request.build(), BodyHandlers.ofString()).body());
      if (!answer.path("status").asText().equals("success")) {
        throw new AssertionError("Prometheus refuses " + parameters + ": " + answer);
      }
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
