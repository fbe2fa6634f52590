package dev.whisker.sandbox.system;

import dev.whisker.streamer.command.StreamerCommands;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code whisker stream} as a process of its own, which can be killed. */
final class StreamerProcess implements AutoCloseable {
  private static final Pattern METRICS = Pattern.compile("metrics at (http://localhost:\\d+)");

  private final JavaProcess process;

  /** Starts it, without a model if that is null; {@code flags} come after what every test needs. */
  StreamerProcess(String bootstrap, Path model, Path folder, String... flags) {
    this(JavaProcess.SHORT_LIVED, bootstrap, model, folder, flags);
  }

  /** The same with flags of the virtual machine. */
  StreamerProcess(
      List<String> jvmFlags, String bootstrap, Path model, Path folder, String... flags) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "stream",
                "--bootstrap",
                bootstrap,
                "--state-dir",
                folder.resolve("state").toString(),
                "--metrics-port",
                "0"));
    if (model != null) {
      all.addAll(List.of("--model", model.toString()));
    }
    all.addAll(List.of(flags));
    process = new JavaProcess(folder, "streamer", StreamerCommands.class, jvmFlags, all);
  }

  /** Kills it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.kill();
  }

  /** Asks it to stop, as {@code kill} does, and returns its exit code. */
  int stop() throws InterruptedException {
    return process.stop();
  }

  /** Waits until it ends by itself, and returns its exit code. */
  int awaitEnd() throws InterruptedException {
    return process.awaitEnd();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it says that it is ready. */
  boolean isReady() {
    return get("/health/ready").startsWith("UP");
  }

  /** What it answers to a request for a path; empty as long as it does not listen. */
  String get(String path) {
    Matcher address = METRICS.matcher(log());
    if (!address.find()) {
      return "";
    }
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(address.group(1) + path)).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  String log() {
    return process.log();
  }

  @Override
  public void close() {
    process.close();
  }
}
