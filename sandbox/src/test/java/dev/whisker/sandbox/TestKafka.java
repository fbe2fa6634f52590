package dev.whisker.sandbox;

import dev.whisker.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A broker for a test that does not care which: Apache Kafka's image where Docker is, else one
 * inside this process. {@code -Dwhisker.kafka=docker} and {@code =embedded} insist on one of them.
 */
public final class TestKafka implements AutoCloseable {
  private static final String IMAGE = "apache/kafka:4.3.1";

  private final String bootstrap;
  private final AutoCloseable broker;

  private TestKafka(String bootstrap, AutoCloseable broker) {
    this.bootstrap = bootstrap;
    this.broker = broker;
  }

  /**
   * Starts one and waits until it takes requests.
   *
   * @param folder for what an embedded one keeps; need not be there
   */
  public static TestKafka start(Path folder) {
    if (isContainer()) {
      KafkaContainer container = new KafkaContainer(IMAGE);
      container.start();
      System.out.println("The broker is " + IMAGE + " at " + container.getBootstrapServers());
      return new TestKafka(container.getBootstrapServers(), container);
    }
    EmbeddedBroker embedded = EmbeddedBroker.start(folder, 0);
    return new TestKafka(embedded.bootstrap(), embedded);
  }

  private static boolean isContainer() {
    return switch (System.getProperty("whisker.kafka", "any")) {
      case "any" -> DockerClientFactory.instance().isDockerAvailable();
      case "docker" -> true;
      case "embedded" -> false;
      default ->
          throw new IllegalArgumentException(
              "whisker.kafka is "
                  + System.getProperty("whisker.kafka")
                  + "; expected docker, embedded or any");
    };
  }

  /** Where clients find it. */
  public String bootstrap() {
    return bootstrap;
  }

  @Override
  public void close() {
    try {
      broker.close();
    } catch (Exception e) {
      throw new IllegalStateException("The broker at " + bootstrap + " cannot be stopped", e);
    }
  }
}
