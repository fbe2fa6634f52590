package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.sandbox.TestKafka;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of generated recordings, whichever broker it leads through. */
class KafkaSystemTest {
  /** A tenth of a second. */
  private static final int SAMPLES_PER_READING = 625;

  @TempDir private static Path shared;
  private static Path data;
  private static Path model;
  private static TestKafka broker;

  @BeforeAll
  static void trainAndStart() {
    data = shared.resolve("machines.csv.gz");
    model = GeneratedModel.train(data, shared);
    broker = TestKafka.start(shared.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void everyWindowIsPredictedOnceAsOffline(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "whole", data, model, folder);
    way.streamAtOnce();
    way.assertEqualsOffline();
  }

  @Test
  void aKilledStreamerLosesAndRepeatsNothing(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "killed", data, model, folder);
    try (StreamerProcess first = way.startStreamer();
        ReadingFeed feed = way.feed(SAMPLES_PER_READING)) {
      way.awaitReady(first);
      feed.publishUpTo(0.5);
      way.awaitPredictions(0.2);
      first.kill();
      feed.publishUpTo(0.8);
      try (StreamerProcess second = way.startStreamer()) {
        way.awaitPredictions(0.6);
        second.kill();
      }
      try (StreamerProcess third = way.startStreamer()) {
        feed.publishUpTo(1);
        way.awaitPredictions(1);
        assertThat(third.stop()).as(third::log).isZero();
      }
    }
    way.assertEqualsOffline();
  }

  @Test
  void aKilledStreamerGoesOnWithTheStateOfItsModel(@TempDir Path folder)
      throws InterruptedException {
    Path stateful = GeneratedModel.train("stateful-lstm", 625, data, folder);
    WholeWay way = new WholeWay(broker.bootstrap(), "stateful", data, stateful, folder);
    try (StreamerProcess first = way.startStreamer();
        ReadingFeed feed = way.feed(SAMPLES_PER_READING)) {
      way.awaitReady(first);
      feed.publishUpTo(0.7);
      way.awaitPredictions(0.4);
      first.kill();
      try (StreamerProcess second = way.startStreamer()) {
        feed.publishUpTo(1);
        way.awaitPredictions(1);
        assertThat(second.stop()).as(second::log).isZero();
      }
    }
    way.assertEqualsOffline();
  }

  @Test
  void aStoppedStreamerGoesOnWhereItWas(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "stopped", data, model, folder);
    try (StreamerProcess first = way.startStreamer("--guarantee", "at-least-once");
        ReadingFeed feed = way.feed(SAMPLES_PER_READING)) {
      way.awaitReady(first);
      feed.publishUpTo(0.5);
      way.awaitPredictions(0.2);
      assertThat(first.stop()).as(first::log).isZero();
      feed.publishUpTo(0.95);
      try (StreamerProcess second = way.startStreamer("--guarantee", "at-least-once")) {
        way.awaitCommitted();
        feed.publishUpTo(1);
        way.awaitPredictions(1);
        assertThat(second.stop()).as(second::log).isZero();
      }
    }
    way.assertEqualsOffline();
    // Each device has sent some 90 readings. It needs the two of a window that was under way at the
    // commit, and the five that came since; all are left if the streamer does not hear of commits.
    assertThat(way.stored("devices")).hasSize(4);
    assertThat(way.stored("samples")).hasSizeLessThan(4 * 20);
  }

  @Test
  void aStreamerWithoutItsTopicEndsWithTheCause(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "topicless", data, model, folder);
    try (StreamerProcess streamer = way.startStreamer("--create-topics", "false")) {
      assertThat(streamer.awaitEnd()).isEqualTo(1);
      assertThat(streamer.log())
          .contains("These topics do not exist")
          .contains("readings-topicless");
    }
  }

  @Test
  void aPublishedModelIsServed(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "published", data, model, folder);
    try (StreamerProcess follower = way.startFollower(folder)) {
      way.publish(model);
      way.awaitReady(follower);
      way.replay("--speed", "max");
      way.awaitPredictions(1);
      assertThat(follower.stop()).as(follower::log).isZero();
    }
    way.assertEqualsOffline();
  }

  @Test
  void stateOfAnotherClusterIsNotTaken(@TempDir Path folder) throws InterruptedException {
    WholeWay here = new WholeWay(broker.bootstrap(), "moved", data, model, folder);
    here.streamAtOnce();
    try (EmbeddedBroker other = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      WholeWay there = new WholeWay(other.bootstrap(), "moved", data, model, folder);
      there.streamAtOnce();
      there.assertEqualsOffline();
    }
  }

  @Test
  void aStreamerWithoutKafkaEndsWithTheCause(@TempDir Path folder) throws InterruptedException {
    try (StreamerProcess streamer =
        new StreamerProcess(
            "localhost:1",
            model,
            folder,
            "--kafka=default.api.timeout.ms=2000",
            "--kafka=request.timeout.ms=1000")) {
      assertThat(streamer.awaitEnd()).isEqualTo(1);
      assertThat(streamer.log()).contains("Kafka does not answer").doesNotContain("Stopped");
    }
  }
}
