package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite with the broker embedded, and what only such a broker can be made to do. */
class EmbeddedKafkaSystemTest extends KafkaSystemTest {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  String bootstrap() {
    return broker.bootstrap();
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
