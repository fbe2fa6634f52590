package dev.whisker.sandbox.topic;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.clients.TopicContents;
import dev.whisker.trainer.recording.RecordingSource;
import dev.whisker.trainer.recording.SampleSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * {@code kafka:TOPIC}: the readings that a topic holds when reading begins, of all partitions,
 * committed records only. Later records are left for the next time. Thread-safe.
 */
public final class TopicRecordings implements RecordingSource {
  private static final String SCHEME = "kafka";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public List<String> read(String topic, Request request, SampleSink sink) {
    Map<String, String> settings = new HashMap<>(request.settings());
    String bootstrap = settings.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    KafkaClients clients = new KafkaClients(bootstrap, settings);
    ReadingSamples readings =
        new ReadingSamples(SCHEME + ":" + topic, request.channels(), request.periodMicros(), sink);
    TopicContents.read(clients, topic, readings::add);
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
}
