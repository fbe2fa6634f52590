package dev.whisker.streamer.topology;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates topics that are missing. */
public final class TopicAdmin {
  private TopicAdmin() {}

  /**
   * Creates those of the topics that do not exist.
   *
   * @param partitions of each
   * @param replicationFactor of each; negative: the broker's default
   * @return the names of those created
   * @throws CommandFailure if the broker refuses or cannot be reached
   */
  public static List<String> ensure(
      Admin admin, Collection<String> topics, int partitions, short replicationFactor) {
    List<NewTopic> wanted =
        topics.stream()
            .map(
                name ->
                    new NewTopic(
                        name,
                        Optional.of(partitions),
                        replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor)))
            .toList();
    List<String> created = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<Void>> one :
        admin.createTopics(wanted).values().entrySet()) {
      try {
        one.getValue().get();
        created.add(one.getKey());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new CommandFailure(
              "The topic "
                  + one.getKey()
                  + " cannot be created: "
                  + e.getCause().getMessage()
                  + ". Is the broker up, and may this client create topics?",
              e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure("Interrupted while creating the topic " + one.getKey(), e);
      }
    }
    return created;
  }
}
