package dev.whisker.streamer.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.streamer.config.KafkaOptions;
import dev.whisker.streamer.model.BundleKeys;
import dev.whisker.streamer.model.ModelPublisher;
import dev.whisker.streamer.model.ModelTopic;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whisker publish}: a bundle to the models topic, for running streamers. */
@Command(
    name = "publish",
    description = {
      "Publish a bundle to running streamers.",
      "They check it and swap to it at a window boundary. To go back, publish the older one."
    },
    footer = {"", "Example:", "  whisker publish pumps.whisker --bootstrap localhost:9092"},
    sortOptions = false)
final class PublishCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private CommonOptions common;
  @Mixin private KafkaOptions kafka;

  @Parameters(paramLabel = "MODEL", description = "The bundle.")
  private Path model;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "Signs it: an Ed25519 private key, PEM ('openssl genpkey -algorithm ed25519 -out FILE').")
  private Path key;

  @Option(
      names = "--engine",
      defaultValue = "onnx",
      description = "What the bundle is checked with: onnx or dl4j (default: ${DEFAULT-VALUE}).")
  private String engine;

  @Option(
      names = "--create-topics",
      defaultValue = "true",
      arity = "1",
      description = "Whether a missing topic is created (default: ${DEFAULT-VALUE}).")
  private boolean createTopics;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Replicas of a created topic; -1: the broker's default.")
  private int replicationFactor;

  @Option(names = "--json", description = "Report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrivateKey signer = key == null ? null : BundleKeys.readPrivate(key);
    ModelPublisher.Checked checked = ModelPublisher.check(model, engine);
    String topic = kafka.topics().models();
    Map<String, Object> client = new TreeMap<>(kafka.settings());
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    try (Admin admin = Admin.create(client)) {
      // Asked first: without an answer, everything else takes much longer to say so.
      ClusterAdmin.id(admin);
      if (createTopics) {
        ClusterAdmin.ensure(
            admin,
            List.of(topic),
            ModelTopic.PARTITIONS,
            (short) replicationFactor,
            ModelTopic.CONFIG);
      }
      ModelTopic.check(admin, topic);
    }
    try (ModelPublisher publisher = new ModelPublisher(client, topic)) {
      report(checked, publisher.publish(checked, signer));
    }
    return 0;
  }

  private void report(ModelPublisher.Checked checked, RecordMetadata place) {
    PrintWriter out = command.commandLine().getOut();
    Manifest manifest = checked.bundle().manifest();
    if (!json) {
      out.printf(
          Locale.ROOT,
          "Published %s %s (%d bytes, %s) to %s-%d@%d%n",
          manifest.name(),
          manifest.version(),
          checked.bytes().length,
          key == null ? "not signed" : "signed",
          place.topic(),
          place.partition(),
          place.offset());
      return;
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("model", manifest.name());
    report.put("version", manifest.version());
    report.put("bytes", checked.bytes().length);
    report.put("sha256", Bundle.sha256(checked.bytes()));
    report.put("signed", key != null);
    report.put("topic", place.topic());
    report.put("partition", place.partition());
    report.put("offset", place.offset());
    try {
      out.println(new ObjectMapper().writeValueAsString(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The report cannot be written as JSON", e);
    }
  }
}
