package dev.whisker.sandbox.system;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.ValueFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads what a topic holds, committed records only. */
final class TopicReader {
  private final KafkaClients clients;
  private final ValueFormat format;

  TopicReader(String bootstrap) {
    this(bootstrap, new JsonFormat());
  }

  TopicReader(String bootstrap, ValueFormat format) {
    this.format = format;
    clients = KafkaClients.of(bootstrap);
  }

  /** Everything that is in a topic now. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** All predictions that are published now. */
  List<Prediction> predictions(String topic) {
    return records(topic).stream()
        .map(
            record -> {
              try {
                return format.decodePrediction(record.value());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }
}
