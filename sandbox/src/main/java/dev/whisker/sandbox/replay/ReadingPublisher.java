package dev.whisker.sandbox.replay;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes readings with the device as the key. A reading that Kafka did not take ends it: the
 * next call throws. Not thread-safe; whoever made it closes it.
 */
public final class ReadingPublisher implements ReadingSink, AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final String bootstrap;
  private final String topic;
  private final ValueFormat format;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** To a topic of a cluster, as JSON. */
  public ReadingPublisher(KafkaClients clients, String topic) {
    this(clients, topic, new JsonFormat());
  }

  /** To a topic of a cluster in a format, which the caller closes afterwards. */
  public ReadingPublisher(KafkaClients clients, String topic, ValueFormat format) {
    this.format = format;
    this.producer = clients.producer();
    this.bootstrap = clients.bootstrap();
    this.topic = topic;
  }

  /** Hands a reading to the producer, which sends it soon. */
  @Override
  public void publish(SensorReading reading) {
    byte[] key = reading.device().getBytes(StandardCharsets.UTF_8);
    publish(new ProducerRecord<>(topic, key, format.encode(topic, reading)));
  }

  /** Hands a record to the producer as it is, which sends it soon. */
  void publish(ProducerRecord<byte[], byte[]> message) {
    throwFailure();
    try {
      var unused =
          producer.send(
              message,
              (metadata, refused) -> {
                if (refused != null) {
                  failure.compareAndSet(null, refused);
                }
              });
    } catch (KafkaException e) {
      throw failed(e);
    }
  }

  /** The topic that it publishes to. */
  String topic() {
    return topic;
  }

  /** The number of that topic's partitions. */
  int partitions() {
    return producer.partitionsFor(topic).size();
  }

  /** Waits until everything that was published is acknowledged. */
  @Override
  public void flush() {
    producer.flush();
    throwFailure();
  }

  private void throwFailure() {
    Exception first = failure.get();
    if (first != null) {
      throw failed(first);
    }
  }

  private CommandFailure failed(Exception cause) {
    return new CommandFailure(
        "Readings cannot be published to the topic "
            + topic
            + " at "
            + bootstrap
            + ": "
            + cause.getMessage(),
        cause);
  }

  /** Waits for what is on its way, if nothing has failed. */
  @Override
  public void close() {
    producer.close();
  }
}
