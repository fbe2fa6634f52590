package dev.whisker.sandbox.rehearsal;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.broker.Folder;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.sandbox.watch.PredictionFeed;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.Topics;
import dev.whisker.streamer.command.StreamerCommands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

/**
 * {@code whisker stream} with a broker and a small model of its own, from its command line to the
 * first prediction and a clean stop, in one process. The launcher runs it once, in a JVM that
 * archives what it has loaded ({@code -XX:ArchiveClassesAtExit}). It takes seconds, and no more
 * than {@link #LONGEST}.
 */
public final class Rehearsal {
  private static final String MODEL = "model.whisker";
  private static final String DEVICE = "rehearsal";
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);

  private Rehearsal() {}

  /** Rehearses; the exit code is 0 if a window was classified and the streamer stopped cleanly. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    endInTime();
    System.exit(run());
  }

  /** Whoever waits for this process does not wait forever. */
  private static void endInTime() {
    Thread watch =
        new Thread(
            () -> {
              try {
                Thread.sleep(LONGEST.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              System.err.println("whisker: the rehearsal has not ended within " + LONGEST);
              Runtime.getRuntime().halt(1);
            },
            "rehearsal-end");
    watch.setDaemon(true);
    watch.start();
  }

  /** Rehearses; returns the exit code of {@code whisker stream}. */
  static int run() throws IOException, InterruptedException {
    try (Folder folder = Folder.of(null);
        EmbeddedBroker broker = EmbeddedBroker.start(folder.path().resolve("broker"), 0)) {
      Bundle bundle = model();
      Path model = folder.path().resolve(MODEL);
      bundle.write(model);
      StopSignal stop = new StopSignal();
      CompletableFuture<Integer> exitCode =
          CompletableFuture.supplyAsync(
              () ->
                  Cli.run(
                      new StreamerCommands(stop),
                      "stream",
                      "--bootstrap=" + broker.bootstrap(),
                      "--model=" + model,
                      "--state-dir=" + folder.path().resolve("state"),
                      "--partitions=1",
                      "--metrics-port=0"));
      try {
        awaitPrediction(KafkaClients.of(broker.bootstrap()), bundle, exitCode);
      } finally {
        stop.request();
        exitCode.join();
      }
      return exitCode.join();
    }
  }

  private static Bundle model() throws IOException {
    try (InputStream in = Rehearsal.class.getResourceAsStream(MODEL)) {
      return Bundle.read(in.readAllBytes(), MODEL);
    }
  }

  /** Publishes a window once there is a topic for it, and waits until it is classified. */
  private static void awaitPrediction(
      KafkaClients clients, Bundle bundle, CompletableFuture<Integer> exitCode) {
    WindowSpec window = bundle.manifest().window();
    int channels = bundle.manifest().channels().size();
    try (PredictionFeed feed =
            new PredictionFeed(clients, Topics.PREDICTIONS, true, Clock.systemUTC());
        ReadingPublisher publisher = new ReadingPublisher(clients, Topics.READINGS)) {
      while (!feed.isTopicKnown()) {
        requireRunning(exitCode);
        feed.poll(POLL);
      }
      publisher.publish(
          new SensorReading(
              DEVICE,
              Clock.systemUTC().millis() * 1_000,
              OptionalDouble.empty(),
              new Samples(new float[window.length() * channels], channels),
              null));
      publisher.flush();
      while (feed.poll(POLL).isEmpty()) {
        requireRunning(exitCode);
      }
    }
  }

  private static void requireRunning(CompletableFuture<Integer> exitCode) {
    if (exitCode.isDone()) {
      throw new CommandFailure(
          "The streamer has ended with exit code "
              + exitCode.join()
              + " before it has classified a window");
    }
  }
}
