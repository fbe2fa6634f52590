package dev.whisker.sandbox.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.TestKafka;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonReadingDecoder;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.topology.ClusterAdmin;
import dev.whisker.trainer.recording.Recordings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  private static final double FOREIGN_PERIOD = 77;

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
  void everySampleIsPublishedOnceInOrderWithTimeAndLabel() throws InterruptedException {
    create("all");
    long[] times = RecordingOf.regular(1_000_000, 20_000, 1_000);
    Recordings recordings =
        Recordings.of(
            List.of("x"),
            List.of(
                RecordingOf.times("d1", "healthy", times), RecordingOf.times("d2", null, times)));

    Replay.Published published =
        replay("all", Pace.MAX, new RecordedReadings(recordings, 64, true, 0));

    assertThat(published.samples()).isEqualTo(2_000);
    List<SensorReading> readings = read("all");
    assertThat(readings).hasSize((int) published.readings());
    for (String device : List.of("d1", "d2")) {
      int sample = 0;
      for (SensorReading reading : readings) {
        if (!reading.device().equals(device)) {
          continue;
        }
        assertThat(reading.label()).isEqualTo(device.equals("d1") ? "healthy" : null);
        for (int i = 0; i < reading.samples().count(); i++) {
          assertThat(reading.timeMicros(i, FOREIGN_PERIOD)).isEqualTo(times[sample]);
          assertThat(reading.samples().at(i, 0)).isEqualTo(sample);
          sample++;
        }
      }
      assertThat(sample).as("samples of " + device).isEqualTo(times.length);
    }
  }

  @Test
  void devicesAreInterleavedAsTheyWereInTime() {
    Recordings recordings =
        Recordings.of(
            List.of("x"),
            List.of(
                RecordingOf.times("late", null, 25, 35, 45),
                RecordingOf.times("early", null, 10, 20, 30)));

    List<String> order = new ArrayList<>();
    new RecordedReadings(recordings, 1, true, 0)
        .forEachRemaining(reading -> order.add(reading.device()));

    assertThat(order).containsExactly("early", "early", "late", "early", "late", "late");
  }

  @Test
  void aReplayInRealTimeTakesAsLongAsTheRecording() throws InterruptedException {
    create("paced");
    Recordings recordings =
        Recordings.of(
            List.of("x"),
            List.of(RecordingOf.times("d", null, RecordingOf.regular(0, 50_000, 11))));

    Replay.Published published =
        replay("paced", new Pace(2), new RecordedReadings(recordings, 1, true, 0));

    assertThat(published.seconds()).isGreaterThanOrEqualTo(0.25);
  }

  @Test
  void aReplayEndsEarlyWhenItIsAskedTo() throws InterruptedException {
    create("stopped");
    Recordings recordings =
        Recordings.of(List.of("x"), List.of(RecordingOf.times("d", null, 0, 3_600_000_000L)));
    StopSignal stop = new StopSignal();
    List<Replay.Published> published = new ArrayList<>();
    try (ReadingPublisher publisher = new ReadingPublisher(clients, "stopped")) {
      Thread replay =
          new Thread(
              () -> {
                try {
                  published.add(
                      new Replay(publisher, Pace.REAL, stop)
                          .run(new RecordedReadings(recordings, 1, true, 0)));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      replay.start();
      Awaitility.await().until(() -> read("stopped").size() == 1);
      stop.request();
      replay.join();
    }
    assertThat(published).singleElement().extracting(Replay.Published::readings).isEqualTo(1L);
  }

  @Test
  void aReadingThatKafkaDoesNotTakeEndsTheReplayWithTheCause() {
    create("small");
    KafkaClients small = new KafkaClients(broker.bootstrap(), Map.of("max.request.size", "1000"));
    Recordings recordings =
        Recordings.of(
            List.of("x"), List.of(RecordingOf.times("d", null, RecordingOf.regular(0, 10, 5_000))));
    try (ReadingPublisher publisher = new ReadingPublisher(small, "small")) {
      Replay replay = new Replay(publisher, Pace.MAX, new StopSignal());

      assertThatThrownBy(() -> replay.run(new RecordedReadings(recordings, 5_000, true, 0)))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("small")
          .hasMessageContaining("max.request.size");
    }
  }

  private static void create(String topic) {
    try (Admin admin = clients.admin()) {
      ClusterAdmin.ensure(admin, List.of(topic), 3, (short) 1);
    }
  }

  private static Replay.Published replay(String topic, Pace pace, RecordedReadings readings)
      throws InterruptedException {
    try (ReadingPublisher publisher = new ReadingPublisher(clients, topic)) {
      return new Replay(publisher, pace, new StopSignal()).run(readings);
    }
  }

  /** All readings of a topic, those of a device in the order of their publishing. */
  private static List<SensorReading> read(String topic) {
    JsonReadingDecoder decoder = new JsonReadingDecoder(List.of("x"), 10_000, 1 << 20);
    List<SensorReading> readings = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(200))) {
          assertThat(decoder.decode(message.key(), message.value()))
              .isInstanceOfSatisfying(
                  Decoded.Accepted.class, accepted -> readings.add(accepted.reading()));
        }
      }
    }
    return readings;
  }
}
