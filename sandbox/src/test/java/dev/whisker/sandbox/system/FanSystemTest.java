package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest.TestMetrics;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of real recordings: defaults only, as fast as it goes, then killed on the way. */
class FanSystemTest {
  private static final Path FAN = Path.of("../../shared/data/fan/fan.csv.gz");

  @TempDir private static Path shared;
  private static Path model;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void trainAndStart() {
    assumeTrue(Files.exists(FAN), () -> "The fan recordings are not at " + FAN);
    model = shared.resolve("fan.whisker");
    WholeWay.trainer(
        "train",
        "--network",
        "lstm",
        "--data",
        FAN,
        "--split",
        "time",
        "--window",
        100,
        "--hop",
        50,
        "--out",
        model);
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void realRecordingsAreLearned() {
    TestMetrics test = Bundle.read(model).manifest().test();
    assertThat(test.accuracy()).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void everyWindowIsPredictedOnceAsOffline(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "fan", FAN, model, folder);
    way.streamAtOnce();
    way.assertEqualsOffline();
  }

  @Test
  void aKilledStreamerLosesAndRepeatsNothing(@TempDir Path folder) throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "fan-killed", FAN, model, folder);
    try (ReadingFeed feed = way.feed(10)) {
      try (StreamerProcess first = way.startStreamer()) {
        way.awaitReady(first);
        feed.publishUpTo(0.5);
        way.awaitPredictions(0.05);
        first.kill();
      }
      feed.publishUpTo(1);
    }
    try (StreamerProcess second = way.startStreamer()) {
      way.awaitPredictions(1);
      assertThat(second.stop()).as(second::log).isZero();
    }
    way.assertEqualsOffline();
  }
}
