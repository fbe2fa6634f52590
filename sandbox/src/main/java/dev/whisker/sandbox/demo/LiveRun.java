package dev.whisker.sandbox.demo;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.ledger.Ledger;
import dev.whisker.sandbox.ledger.LedgerSink;
import dev.whisker.sandbox.ledger.OfflinePath;
import dev.whisker.sandbox.replay.Pace;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.sandbox.replay.Replay;
import dev.whisker.sandbox.watch.PredictionFeed;
import dev.whisker.sandbox.watch.ReceivedPrediction;
import dev.whisker.sandbox.watch.View;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.Streamer;
import dev.whisker.streamer.config.TopicNames;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Readings through a running streamer: one thread publishes them in real time, the calling one
 * watches the predictions and enters both into a ledger. Used once; it closes the streamer.
 */
final class LiveRun implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  /** Until the last prediction arrives; a streamer that is behind by more is not keeping up. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Long enough for a repeated prediction to arrive, once the streamer has been closed. */
  private static final Duration QUIET = Duration.ofMillis(500);

  private static final int MOST_OUTSTANDING = 100_000;

  private final Bundle bundle;
  private final KafkaClients clients;
  private final TopicNames topics;
  private final Streamer streamer;
  private final String engine;
  private final Ledger ledger = new Ledger();
  private boolean closed;

  LiveRun(
      Bundle bundle, KafkaClients clients, TopicNames topics, Streamer streamer, String engine) {
    this.bundle = bundle;
    this.clients = clients;
    this.topics = topics;
    this.streamer = streamer;
    this.engine = engine;
  }

  /**
   * Publishes until there are no more readings or the end is asked for, waits for the predictions
   * that are due, and closes the streamer.
   *
   * @param feed delivers the predictions; stays open
   * @throws CommandFailure if the streamer ends early or Kafka fails
   */
  Result run(Iterator<SensorReading> readings, PredictionFeed feed, View view, StopSignal stop)
      throws InterruptedException {
    StopSignal publishing = new StopSignal();
    ExecutorService publisher = Executors.newSingleThreadExecutor();
    try {
      Future<Replay.Published> published = publisher.submit(() -> publish(readings, publishing));
      while (!published.isDone()) {
        if (stop.isRequested()) {
          publishing.request();
        }
        step(feed, view);
      }
      Replay.Published count = get(published);
      long startNanos = System.nanoTime();
      while (ledger.outstanding() > 0 && System.nanoTime() - startNanos < LONGEST_WAIT.toNanos()) {
        step(feed, view);
      }
      close();
      for (long quietSince = System.nanoTime();
          System.nanoTime() - quietSince < QUIET.toNanos(); ) {
        if (receive(feed, view) > 0) {
          quietSince = System.nanoTime();
        }
      }
      return new Result(count, ledger.summary());
    } finally {
      publishing.request();
      publisher.shutdownNow();
    }
  }

  private Replay.Published publish(Iterator<SensorReading> readings, StopSignal stop)
      throws InterruptedException {
    try (ReadingPublisher publisher = new ReadingPublisher(clients, topics.readings());
        OfflinePath offline = new OfflinePath(bundle, engine)) {
      return new Replay(new LedgerSink(offline, ledger, publisher), Pace.REAL, stop).run(readings);
    }
  }

  private void step(PredictionFeed feed, View view) {
    receive(feed, view);
    if (streamer.failure().isPresent()) {
      throw new CommandFailure(
          "The streamer has ended: " + streamer.failure().get(), streamer.failure().get());
    }
    if (ledger.outstanding() > MOST_OUTSTANDING) {
      throw new CommandFailure(
          "The streamer is behind by "
              + ledger.outstanding()
              + " windows. Let fewer devices publish, with --devices");
    }
  }

  private int receive(PredictionFeed feed, View view) {
    List<ReceivedPrediction> received = feed.poll(POLL);
    for (ReceivedPrediction one : received) {
      ledger.receive(one.prediction(), one.receivedNanos());
      view.accept(one);
    }
    view.refresh();
    return received.size();
  }

  private static Replay.Published get(Future<Replay.Published> published)
      throws InterruptedException {
    try {
      return published.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("Publishing has failed", e.getCause());
    }
  }

  /** Closes the streamer, if {@link #run} has not done so. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      streamer.close();
    }
  }

  /**
   * What came of it.
   *
   * @param published what was published
   * @param summary what the ledger found
   */
  record Result(Replay.Published published, Ledger.Summary summary) {}
}
