package dev.whisker.sandbox.system;

import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** The suite with a broker in a container; skipped without Docker. */
@Testcontainers(disabledWithoutDocker = true)
class DockerKafkaSystemTest extends KafkaSystemTest {
  @Container private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.3.1");

  @Override
  String bootstrap() {
    return KAFKA.getBootstrapServers();
  }
}
