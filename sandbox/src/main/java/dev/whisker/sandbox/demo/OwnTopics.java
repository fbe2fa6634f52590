package dev.whisker.sandbox.demo;

import dev.whisker.sandbox.clients.KafkaClients;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of one demo on a cluster: all whose names begin with the demo's. */
final class OwnTopics {
  private static final Logger LOG = LoggerFactory.getLogger(OwnTopics.class);

  private OwnTopics() {}

  /** Deletes them, or tells that they are left. */
  static void delete(KafkaClients clients, String demo) {
    try (Admin admin = clients.admin()) {
      List<String> own =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(demo + "-"))
              .toList();
      admin.deleteTopics(own).all().get();
    } catch (ExecutionException e) {
      LOG.warn("The topics {}-* are left behind: {}", demo, e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("The topics {}-* are left behind", demo);
    }
  }
}
