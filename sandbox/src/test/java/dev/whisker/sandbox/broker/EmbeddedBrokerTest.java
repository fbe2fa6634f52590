package dev.whisker.sandbox.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final String TOPIC = "greetings";

  @Test
  void aBrokerOnTheSameFolderHasItsRecordsAgain(@TempDir Path folder) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0)) {
      KafkaClients clients = KafkaClients.of(broker.bootstrap());
      try (Admin admin = clients.admin();
          Producer<byte[], byte[]> producer = clients.producer()) {
        ClusterAdmin.ensure(admin, List.of(TOPIC), 1, (short) 1);
        producer.send(new ProducerRecord<>(TOPIC, bytes("hello"))).get();
      }
    }

    try (EmbeddedBroker again = EmbeddedBroker.start(folder, 0);
        Consumer<byte[], byte[]> consumer = KafkaClients.of(again.bootstrap()).consumer()) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      assertThat(consumer.poll(Duration.ofSeconds(20)))
          .extracting(ConsumerRecord::value)
          .containsExactly(bytes("hello"));
    }
  }

  @Test
  void aPortInUseIsToldBeforeAnythingIsWritten(@TempDir Path folder) throws IOException {
    Path untouched = folder.resolve("broker");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      assertThatThrownBy(() -> EmbeddedBroker.start(untouched, other.getLocalPort()))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("port " + other.getLocalPort())
          .hasMessageContaining("--port");
    }
    assertThat(untouched).doesNotExist();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
