package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest.TestMetrics;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way of real recordings: defaults only, and the streamer killed on the way. */
class FanSystemTest {
  private static final Path FAN = Path.of("../../shared/data/fan/fan.csv.gz");

  @Test
  void realRecordingsAreLearnedAndStreamedAsOffline(@TempDir Path folder)
      throws InterruptedException {
    assumeTrue(Files.exists(FAN), () -> "The fan recordings are not at " + FAN);
    Path model = folder.resolve("fan.whisker");
    WholeWay.trainer(
        "train", "--data", FAN, "--split", "time", "--window", 100, "--hop", 50, "--out", model);
    TestMetrics test = Bundle.read(model).manifest().test();
    assertThat(test.accuracy()).isGreaterThanOrEqualTo(0.95);

    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      WholeWay way = new WholeWay(broker.bootstrap(), "fan", FAN, model, folder);
      try (StreamerProcess first = way.startStreamer()) {
        way.awaitReady(first);
        Thread replay =
            new Thread(() -> way.replay("--speed", "max", "--samples-per-reading", "10"));
        replay.start();
        way.awaitPredictions(0.1);
        first.kill();
        assertThat(way.published()).as("killed on the way").isLessThan(way.expected());
        replay.join();
      }
      try (StreamerProcess second = way.startStreamer()) {
        way.awaitPredictions(1);
        assertThat(second.stop()).as(second::log).isZero();
      }
      way.assertEqualsOffline();
    }
  }
}
