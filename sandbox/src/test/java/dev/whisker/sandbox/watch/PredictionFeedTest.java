package dev.whisker.sandbox.watch;

import static dev.whisker.sandbox.watch.Predictions.prediction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.TestKafka;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionFeedTest {
  @TempDir private static Path folder;
  private static TestKafka broker;
  private static KafkaClients clients;

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(folder);
    clients = KafkaClients.of(broker.bootstrap());
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void fromTheBeginningMeansEveryPredictionThatIsKept() throws Exception {
    create("old");
    publish("old", json("d1"), json("d2"));
    try (PredictionFeed feed = feed("old", true)) {
      assertThat(devices(feed, 2)).containsExactlyInAnyOrder("d1", "d2");
    }
  }

  @Test
  void otherwiseOnlyWhatIsPublishedAfterSubscribing() throws Exception {
    create("new");
    publish("new", json("before"));
    try (PredictionFeed feed = feed("new", false)) {
      publish("new", json("after"));
      assertThat(devices(feed, 1)).containsExactly("after");
    }
  }

  @Test
  void aTopicThatAppearsLaterIsReadFromItsBeginning() throws Exception {
    try (PredictionFeed feed = feed("later", false)) {
      assertThat(feed.isTopicKnown()).isFalse();
      assertThat(feed.poll(Duration.ofMillis(1))).isEmpty();
      create("later");
      publish("later", json("d1"));
      assertThat(devices(feed, 1)).containsExactly("d1");
    }
  }

  @Test
  void whatIsNoPredictionIsPassedOver() throws Exception {
    create("mixed");
    publish("mixed", "not json".getBytes(StandardCharsets.UTF_8), null, json("d1"));
    try (PredictionFeed feed = feed("mixed", true)) {
      assertThat(devices(feed, 1)).containsExactly("d1");
    }
  }

  private static PredictionFeed feed(String topic, boolean fromBeginning) {
    return new PredictionFeed(clients, topic, fromBeginning, Clock.systemUTC());
  }

  private static byte[] json(String device) {
    return prediction(device).received().value();
  }

  private static void create(String topic) {
    try (Admin admin = clients.admin()) {
      ClusterAdmin.ensure(admin, List.of(topic), 2, (short) 1);
    }
  }

  private static void publish(String topic, byte[]... values)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer = clients.producer()) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  /** The devices of what arrives until so many predictions have. */
  private static List<String> devices(PredictionFeed feed, int count) {
    List<String> devices = new ArrayList<>();
    await()
        .until(
            () -> {
              feed.poll(Duration.ofMillis(100))
                  .forEach(received -> devices.add(received.prediction().device()));
              return devices.size() >= count;
            });
    return devices;
  }
}
