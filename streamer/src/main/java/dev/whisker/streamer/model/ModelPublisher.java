package dev.whisker.streamer.model;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.classifier.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes bundles to the models topic. Not thread-safe; whoever made it closes it. */
public final class ModelPublisher implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /**
   * A publisher to a topic.
   *
   * @param client where the cluster is and what passes through to its client, by Kafka's own keys
   */
  public ModelPublisher(Map<String, Object> client, String topic) {
    this.topic = topic;
    Map<String, Object> properties = new TreeMap<>(client);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    // With room for keys and headers; the broker's limit is the topic's.
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ModelTopic.MOST_BYTES + (1 << 20));
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, ModelTopic.MOST_BYTES + (2L << 20));
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Checks a bundle as those will that receive it.
   *
   * @throws BundleException if it would be refused
   */
  public static Checked check(Path file, String engine) {
    Bundle.read(file); // says what is wrong with the file
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BundleException("The bundle " + file + " cannot be read: " + e.getMessage(), e);
    }
    if (bytes.length > ModelTopic.MOST_BYTES) {
      throw new BundleException(
          "The bundle "
              + file
              + " has "
              + bytes.length
              + " bytes; at most "
              + ModelTopic.MOST_BYTES
              + " can be published. Serve it with 'whisker stream --model'");
    }
    Bundle bundle = Bundle.read(bytes, file.toString());
    ServingModel.open(bundle, engine).release();
    return new Checked(bundle, bytes);
  }

  /**
   * Publishes a bundle and waits until it is safe.
   *
   * @param key signs it; null: it is not signed
   * @throws CommandFailure if Kafka does not take it
   */
  public RecordMetadata publish(Checked checked, PrivateKey key) {
    String name = checked.bundle().manifest().name();
    try {
      return producer.send(BundleRecord.of(topic, checked.bytes(), name, key)).get();
    } catch (ExecutionException | KafkaException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw new CommandFailure(
          "The bundle cannot be published to "
              + topic
              + ": "
              + cause.getMessage()
              + (cause instanceof RecordTooLargeException
                  ? " Its "
                      + checked.bytes().length
                      + " bytes are more than the topic takes; raise its limit with"
                      + " 'kafka-configs.sh --alter --topic "
                      + topic
                      + " --add-config max.message.bytes="
                      + ModelTopic.MOST_BYTES
                      + "'"
                  : ""),
          cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted while publishing to " + topic, e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }

  /** A bundle that was read and whose network was loaded. */
  public static final class Checked {
    private final Bundle bundle;
    private final byte[] bytes;

    private Checked(Bundle bundle, byte[] bytes) {
      this.bundle = bundle;
      this.bytes = bytes;
    }

    /** What it is. */
    public Bundle bundle() {
      return bundle;
    }

    /** Its file: not a copy. */
    public byte[] bytes() {
      return bytes;
    }
  }
}
