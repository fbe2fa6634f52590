package dev.whisker.sandbox.watch;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.JsonCodec;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.ValueFormat;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes to all partitions of a predictions topic, committed records only. The topic and
 * further partitions may appear later; they are read from their beginning. Not thread-safe; whoever
 * made it closes it.
 */
public final class PredictionFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionFeed.class);
  private static final Duration LOOK_FOR_PARTITIONS = Duration.ofSeconds(5);
  private static final Duration LOOK_FOR_TOPIC = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final String bootstrap;
  private final String topic;
  private final ValueFormat format;
  private final Clock clock;
  private final Set<TopicPartition> assigned = new HashSet<>();
  private boolean unreadableTold;
  private long nextLookNanos;

  /**
   * Subscribes to predictions in JSON.
   *
   * @param fromBeginning whether to begin with the oldest record rather than with the next one
   * @param clock tells when records are received
   * @throws CommandFailure if the cluster or the topic cannot be read
   */
  public PredictionFeed(KafkaClients clients, String topic, boolean fromBeginning, Clock clock) {
    this(clients, topic, new JsonFormat(), fromBeginning, clock);
  }

  /**
   * Subscribes to predictions of a format, which the caller closes afterwards.
   *
   * @param fromBeginning whether to begin with the oldest record rather than with the next one
   * @param clock tells when records are received
   * @throws CommandFailure if the cluster or the topic cannot be read
   */
  public PredictionFeed(
      KafkaClients clients, String topic, ValueFormat format, boolean fromBeginning, Clock clock) {
    this.consumer = clients.consumer();
    this.bootstrap = clients.bootstrap();
    this.topic = topic;
    this.format = format;
    this.clock = clock;
    try {
      List<TopicPartition> found = assignNewPartitions();
      if (!fromBeginning && !found.isEmpty()) {
        consumer.seekToEnd(found);
        // Seeking is lazy: without this the end would be the one at the first poll.
        found.forEach(consumer::position);
      }
    } catch (KafkaException e) {
      consumer.close();
      throw unreadable(e);
    }
  }

  /** Whether the topic exists, as far as is known. */
  public boolean isTopicKnown() {
    return !assigned.isEmpty();
  }

  /**
   * The predictions that have arrived, oldest first within a device; none if nothing arrives in
   * time. What is no prediction is passed over, and logged once.
   *
   * @throws CommandFailure if the topic cannot be read
   */
  public List<ReceivedPrediction> poll(Duration longest) {
    List<ReceivedPrediction> received = new ArrayList<>();
    try {
      if (System.nanoTime() - nextLookNanos >= 0) {
        assignNewPartitions();
      }
      if (isTopicKnown()) {
        consumer.poll(longest).forEach(message -> add(message, received));
      } else {
        // A consumer without partitions refuses to poll.
        LockSupport.parkNanos(Math.min(longest.toNanos(), LOOK_FOR_TOPIC.toNanos()));
      }
    } catch (KafkaException e) {
      throw unreadable(e);
    }
    return received;
  }

  private void add(ConsumerRecord<byte[], byte[]> message, List<ReceivedPrediction> received) {
    if (message.value() == null) {
      tellUnreadable(message, "it has no value");
      return;
    }
    try {
      Prediction prediction = format.decodePrediction(message.value());
      received.add(
          new ReceivedPrediction(
              prediction,
              format instanceof JsonFormat ? message.value() : JsonCodec.encode(prediction),
              message.timestamp(),
              clock.millis(),
              System.nanoTime()));
    } catch (IOException e) {
      tellUnreadable(message, e.getMessage());
    }
  }

  private void tellUnreadable(ConsumerRecord<byte[], byte[]> message, String why) {
    if (!unreadableTold) {
      unreadableTold = true;
      LOG.warn(
          "{}-{}@{} is no prediction and passed over, as all like it will be: {}",
          message.topic(),
          message.partition(),
          message.offset(),
          why);
    }
  }

  /** Assigns the partitions that are new, to be read from their beginning; returns them. */
  private List<TopicPartition> assignNewPartitions() {
    List<TopicPartition> found = new ArrayList<>();
    for (PartitionInfo info : consumer.partitionsFor(topic)) {
      TopicPartition partition = new TopicPartition(topic, info.partition());
      if (assigned.add(partition)) {
        found.add(partition);
      }
    }
    if (!found.isEmpty()) {
      consumer.assign(assigned);
      consumer.seekToBeginning(found);
    }
    Duration untilNextLook = isTopicKnown() ? LOOK_FOR_PARTITIONS : LOOK_FOR_TOPIC;
    nextLookNanos = System.nanoTime() + untilNextLook.toNanos();
    return found;
  }

  private CommandFailure unreadable(KafkaException cause) {
    return new CommandFailure(
        "The topic " + topic + " at " + bootstrap + " cannot be read: " + cause.getMessage(),
        cause);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
