package dev.whisker.sandbox.topic;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.trainer.recording.RecordingSource;
import dev.whisker.trainer.recording.SampleSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code kafka:TOPIC}: the readings that a topic holds when reading begins, of all partitions,
 * committed records only. Later records are left for the next time. Thread-safe.
 */
public final class TopicRecordings implements RecordingSource {
  private static final String SCHEME = "kafka";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public List<String> read(String topic, Request request, SampleSink sink) {
    Map<String, String> settings = new HashMap<>(request.settings());
    String bootstrap = settings.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    KafkaClients clients = new KafkaClients(bootstrap, settings);
    clients.requireReachable();
    ReadingSamples readings =
        new ReadingSamples(SCHEME + ":" + topic, request.channels(), request.periodMicros(), sink);
    try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic, bootstrap);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      readAll(consumer, consumer.endOffsets(partitions), readings);
    } catch (KafkaException e) {
      throw new CommandFailure(
          "The topic " + topic + " at " + bootstrap + " cannot be read: " + e.getMessage(), e);
    }
    if (readings.accepted() == 0) {
      throw new CommandFailure(
          "The topic "
              + topic
              + " at "
              + bootstrap
              + " holds no reading"
              + (readings.leftOut().isEmpty()
                  ? ". Publish some, for example with 'whisker replay'"
                  : ". " + String.join(". ", readings.leftOut())));
    }
    readings.leftOut().forEach(request.notes());
    readings.unlabelled().ifPresent(request.notes());
    return readings.channels();
  }

  private static List<TopicPartition> partitions(
      Consumer<byte[], byte[]> consumer, String topic, String bootstrap) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new CommandFailure(
          "There is no topic "
              + topic
              + " at "
              + bootstrap
              + ". Check its name in --data, and --bootstrap");
    }
    return partitions;
  }

  private static void readAll(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, ReadingSamples readings) {
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
          readings.add(message);
        }
      }
    }
  }
}
