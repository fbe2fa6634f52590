package dev.whisker.sandbox.system;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** The whole way of generated recordings, with a broker in a container; skipped without Docker. */
@Testcontainers(disabledWithoutDocker = true)
class DockerKafkaSystemTest {
  @Container private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.3.1");

  @Test
  void everyWindowIsPredictedOnceAsOffline(@TempDir Path folder) throws InterruptedException {
    Path data = folder.resolve("machines.csv.gz");
    Path model = GeneratedModel.train(data, folder);
    WholeWay way = new WholeWay(KAFKA.getBootstrapServers(), "docker", data, model, folder);
    way.streamAtOnce();
    way.assertEqualsOffline();
  }
}
