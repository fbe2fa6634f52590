package dev.whisker.sandbox.clients;

import dev.whisker.classifier.cli.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * What a topic holds when reading begins, of all partitions, committed records only. Later records
 * are left for the next time, so reading ends also while others publish.
 */
public final class TopicContents {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private TopicContents() {}

  /**
   * Reads a topic.
   *
   * @param sink takes the records, those of a partition in their order
   * @throws CommandFailure if there is no such topic, or Kafka does not answer
   */
  public static void read(
      KafkaClients clients, String topic, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    clients.requireReachable();
    try (var consumer = clients.consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new CommandFailure(
            "There is no topic "
                + topic
                + " at "
                + clients.bootstrap()
                + ". Check its name and --bootstrap");
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      read(consumer, consumer.endOffsets(partitions), sink);
    } catch (KafkaException e) {
      throw new CommandFailure(
          "The topic "
              + topic
              + " at "
              + clients.bootstrap()
              + " cannot be read: "
              + e.getMessage(),
          e);
    }
  }

  private static void read(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    long latestNanos = System.nanoTime();
    long latestPosition = -1;
    while (true) {
      long position = 0;
      boolean over = true;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        long reached = consumer.position(end.getKey());
        position += reached;
        over &= reached >= end.getValue();
      }
      if (over) {
        return;
      }
      if (position > latestPosition) {
        latestPosition = position;
        latestNanos = System.nanoTime();
      } else if (System.nanoTime() - latestNanos > LONGEST_SILENCE.toNanos()) {
        throw new CommandFailure(
            "Kafka has sent nothing for "
                + LONGEST_SILENCE.toSeconds()
                + " s, before the end of "
                + ends.keySet()
                + ". Is the cluster healthy?");
      }
      for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
        if (message.offset() < ends.get(new TopicPartition(message.topic(), message.partition()))) {
          sink.accept(message);
        }
      }
    }
  }
}
