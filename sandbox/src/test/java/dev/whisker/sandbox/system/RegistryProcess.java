package dev.whisker.sandbox.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Apicurio's registry as a process of its own, in memory. The profile {@code registry} downloads
 * it.
 */
final class RegistryProcess implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String CONFLUENT_API = "/apis/ccompat/v7";
  private static final String OWN_API = "/apis/registry/v2";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final String address;

  /** Starts it; what it says goes to a file in a folder. */
  RegistryProcess(Path jar, Path folder) {
    log = folder.resolve("registry.log");
    try {
      address = "http://localhost:" + freePort();
      process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx256m",
                      "-XX:TieredStopAtLevel=1",
                      "-Dquarkus.http.host=localhost",
                      "-Dquarkus.http.port=" + URI.create(address).getPort(),
                      "-jar",
                      jar.toString()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The jar that starts the registry; empty: it was not downloaded. */
  static Optional<Path> jar() {
    Path folder = Path.of("target", "registry");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it answers. */
  void awaitReady() {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("The registry has ended: " + Files.readString(log));
              }
              try {
                return ask("GET", "/subjects", null).statusCode() == 200;
              } catch (UncheckedIOException e) {
                return false;
              }
            });
  }

  /** Where it has the API of Confluent's registry. */
  URI confluentApi() {
    return URI.create(address + CONFLUENT_API);
  }

  /** Where it has the API that Apicurio's own client speaks. */
  String ownApi() {
    return address + OWN_API;
  }

  /** Asks Confluent's API. */
  HttpResponse<String> ask(String method, String path, String body) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(confluentApi() + path))
              .header("Content-Type", "application/json")
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
