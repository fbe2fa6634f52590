package dev.whisker.sandbox.clients;

import dev.whisker.classifier.cli.CommandFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes clients of one cluster. Whoever asked for a client closes it.
 *
 * @param bootstrap Kafka's bootstrap servers
 * @param settings what passes through to every client, by Kafka's own keys
 */
public record KafkaClients(String bootstrap, Map<String, String> settings) {

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

  /** Copies the settings. */
  public KafkaClients {
    Objects.requireNonNull(bootstrap, "bootstrap");
    settings = Map.copyOf(settings);
  }

  /** Clients without settings of their own. */
  public static KafkaClients of(String bootstrap) {
    return new KafkaClients(bootstrap, Map.of());
  }

  /**
   * Checks that the cluster answers, which clients themselves find out only after a minute.
   *
   * @throws CommandFailure if it does not
   */
  public void requireReachable() {
    try (Admin admin = admin()) {
      var unused =
          admin
              .describeCluster(
                  new DescribeClusterOptions().timeoutMs((int) LONGEST_ANSWER.toMillis()))
              .nodes()
              .get();
    } catch (ExecutionException | KafkaException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw new CommandFailure(
          "Kafka at "
              + bootstrap
              + " does not answer: "
              + told(cause)
              + ". Is it up, and is --bootstrap right? 'whisker broker' starts one on this machine",
          cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("Interrupted while waiting for Kafka at " + bootstrap, e);
    }
  }

  /** Kafka says of many failures only that a client could not be made; why is what lies behind. */
  private static String told(Throwable failure) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.add(String.valueOf(cause.getMessage()));
    }
    return String.join(": ", messages);
  }

  /** Manages topics. */
  public Admin admin() {
    return Admin.create(properties(Map.of()));
  }

  /** Publishes every record once and in order, soon after it was sent. */
  public Producer<byte[], byte[]> producer() {
    Map<String, Object> own = new HashMap<>();
    own.put(ProducerConfig.LINGER_MS_CONFIG, "2");
    own.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 << 10));
    own.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(8 << 20));
    Map<String, Object> properties = properties(own);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Subscribes to what is committed, without a consumer group. */
  public Consumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = properties(Map.of());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Map<String, Object> properties(Map<String, Object> own) {
    Map<String, Object> properties = new HashMap<>(own);
    properties.putAll(settings);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return properties;
  }
}
