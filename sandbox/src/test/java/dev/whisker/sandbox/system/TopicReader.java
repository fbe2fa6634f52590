package dev.whisker.sandbox.system;

import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.schemas.ValueFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Reads what a topic holds, committed records only. */
final class TopicReader {
  private static final Duration LONGEST = Duration.ofMinutes(3);

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
    return decoded(topic, format::decodePrediction);
  }

  /** All state changes that are published now. */
  List<StateChange> changes(String topic) {
    return decoded(topic, format::decodeStateChange);
  }

  private interface Decoder<T> {
    T decode(byte[] value) throws IOException;
  }

  private <T> List<T> decoded(String topic, Decoder<T> decoder) {
    return records(topic).stream()
        .map(
            record -> {
              try {
                return decoder.decode(record.value());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  /**
   * Waits until no transaction is open in a topic: what a producer has committed is there in each
   * of the topics at a time of its own.
   */
  void awaitCommitted(String topic) {
    try (Admin admin = clients.admin()) {
      await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () ->
                  ends(admin, topic, IsolationLevel.READ_COMMITTED)
                      .equals(ends(admin, topic, IsolationLevel.READ_UNCOMMITTED)));
    }
  }

  /** Waits until a consumer group has committed everything that is in a topic. */
  void awaitRead(String group, String topic) {
    try (Admin admin = clients.admin()) {
      await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                var read =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                return ends(admin, topic, IsolationLevel.READ_UNCOMMITTED).entrySet().stream()
                    .allMatch(
                        end ->
                            end.getValue() == 0
                                || read.get(end.getKey()) != null
                                    && read.get(end.getKey()).offset() >= end.getValue());
              });
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, String topic, IsolationLevel isolation)
      throws InterruptedException, ExecutionException {
    int partitions =
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      asked.put(new TopicPartition(topic, i), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(asked, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .forEach((partition, found) -> ends.put(partition, found.offset()));
    return ends;
  }
}
