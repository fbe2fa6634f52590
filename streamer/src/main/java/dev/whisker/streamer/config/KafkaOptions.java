package dev.whisker.streamer.config;

import dev.whisker.classifier.cli.ClusterOptions;
import dev.whisker.schemas.Topics;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of every command that talks to Kafka: where it is, its own settings, the topics. */
public final class KafkaOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private ClusterOptions cluster;

  @Mixin private TopicOptions topics;

  /** Kafka's bootstrap servers. */
  public String bootstrap() {
    return cluster.bootstrap();
  }

  /** The names of the topics. */
  public TopicNames topics() {
    return topics.names();
  }

  /** What passes through to the Kafka clients, by Kafka's own keys. */
  public Map<String, String> settings() {
    return cluster.settings(command);
  }

  /** The flags that name the topics. */
  static final class TopicOptions {
    @Option(
        names = "--topic-readings",
        paramLabel = "TOPIC",
        defaultValue = Topics.READINGS,
        description = "Readings (default: ${DEFAULT-VALUE}).")
    private String readings;

    @Option(
        names = "--topic-predictions",
        paramLabel = "TOPIC",
        defaultValue = Topics.PREDICTIONS,
        description = "Predictions (default: ${DEFAULT-VALUE}).")
    private String predictions;

    @Option(
        names = "--topic-state-changes",
        paramLabel = "TOPIC",
        defaultValue = Topics.STATE_CHANGES,
        description = "State changes (default: ${DEFAULT-VALUE}).")
    private String stateChanges;

    @Option(
        names = "--topic-dead-letters",
        paramLabel = "TOPIC",
        defaultValue = Topics.DEAD_LETTERS,
        description = "Refused readings (default: ${DEFAULT-VALUE}).")
    private String deadLetters;

    @Option(
        names = "--topic-models",
        paramLabel = "TOPIC",
        defaultValue = Topics.MODELS,
        description = "Published models (default: ${DEFAULT-VALUE}).")
    private String models;

    @Option(
        names = "--topic-shadow",
        paramLabel = "TOPIC",
        defaultValue = Topics.SHADOW,
        description = "Predictions of a shadow model (default: ${DEFAULT-VALUE}).")
    private String shadow;

    TopicNames names() {
      return new TopicNames(readings, predictions, stateChanges, deadLetters, models, shadow);
    }
  }
}
