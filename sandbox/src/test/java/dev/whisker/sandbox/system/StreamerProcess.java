package dev.whisker.sandbox.system;

import dev.whisker.streamer.command.StreamerCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code whisker stream} as a process of its own, which can be killed. */
final class StreamerProcess implements AutoCloseable {
  private static final Pattern METRICS = Pattern.compile("metrics at (http://localhost:\\d+)");

  private final Process process;
  private final Path log;

  /** Starts it, without a model if that is null; {@code flags} come after what every test needs. */
  StreamerProcess(String bootstrap, Path model, Path folder, String... flags) {
    try {
      log = Files.createTempFile(folder, "streamer", ".log");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(argument -> argument.startsWith("--"))
          .forEach(command::add);
      command.addAll(
          List.of(
              "-Xmx512m",
              "-cp",
              System.getProperty("java.class.path"),
              StreamerCommands.class.getName(),
              "stream",
              "--bootstrap",
              bootstrap,
              "--state-dir",
              folder.resolve("state").toString(),
              "--metrics-port",
              "0"));
      if (model != null) {
        command.addAll(List.of("--model", model.toString()));
      }
      command.addAll(List.of(flags));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to stop, as {@code kill} does, and returns its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("The streamer did not stop: " + log());
    }
    return process.exitValue();
  }

  /** Waits until it ends by itself, and returns its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("The streamer did not end: " + log());
    }
    return process.exitValue();
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
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
