package dev.whisker.streamer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class StreamerConfigTest {
  private static final StreamerConfig USUAL = StreamerConfig.of("broker:9092", Path.of("state"));

  private static StreamerConfig with(Map<String, String> kafka) {
    return with(kafka, 1, Duration.ofSeconds(30));
  }

  private static StreamerConfig with(Map<String, String> kafka, int threads, Duration stopTimeout) {
    return new StreamerConfig(
        USUAL.bootstrap(),
        kafka,
        USUAL.topics(),
        USUAL.format(),
        USUAL.topicCreation(),
        USUAL.models(),
        USUAL.applicationId(),
        USUAL.stateDir(),
        USUAL.store(),
        USUAL.stateMemoryMb(),
        USUAL.guarantee(),
        threads,
        USUAL.standbyReplicas(),
        USUAL.engine(),
        USUAL.maxBatch(),
        USUAL.batchWait(),
        USUAL.idle(),
        USUAL.maxFuture(),
        USUAL.maxReadingSamples(),
        USUAL.maxReadingBytes(),
        USUAL.metricsPort(),
        stopTimeout,
        USUAL.failurePolicy(),
        USUAL.metrics());
  }

  @Test
  void exactlyOnceIsUsual() {
    assertThat(USUAL.streamsProperties())
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("consumer.auto.offset.reset", "earliest")
        .containsEntry("producer.linger.ms", "5");
  }

  @Test
  void stateOfDifferentClustersLiesApart() {
    assertThat(USUAL.streamsProperties("a").get("state.dir"))
        .isNotEqualTo(USUAL.streamsProperties("b").get("state.dir"));
  }

  @Test
  void aKafkaSettingReplacesWhatWouldBeUsualWithAndWithoutItsPrefix() {
    Properties plain = with(Map.of("auto.offset.reset", "latest")).streamsProperties();
    assertThat(plain)
        .containsEntry("auto.offset.reset", "latest")
        .doesNotContainKey("consumer.auto.offset.reset");
    Properties prefixed = with(Map.of("producer.linger.ms", "50")).streamsProperties();
    assertThat(prefixed).containsEntry("producer.linger.ms", "50");
  }

  @Test
  void commitsAreListenedToWhereKafkaTakesNoStateBack() {
    assertThat(USUAL.streamsProperties()).doesNotContainKey(Commits.KEY);
    Properties properties =
        new StreamerConfig(
                USUAL.bootstrap(),
                Map.of("consumer.interceptor.classes", "a.B"),
                USUAL.topics(),
                USUAL.format(),
                USUAL.topicCreation(),
                USUAL.models(),
                USUAL.applicationId(),
                USUAL.stateDir(),
                USUAL.store(),
                USUAL.stateMemoryMb(),
                StreamerConfig.Guarantee.AT_LEAST_ONCE,
                1,
                2,
                USUAL.engine(),
                USUAL.maxBatch(),
                USUAL.batchWait(),
                USUAL.idle(),
                USUAL.maxFuture(),
                USUAL.maxReadingSamples(),
                USUAL.maxReadingBytes(),
                USUAL.metricsPort(),
                USUAL.stopTimeout(),
                USUAL.failurePolicy(),
                USUAL.metrics())
            .streamsProperties();
    assertThat(properties)
        .containsEntry("num.standby.replicas", "2")
        .containsEntry(
            "main.consumer.interceptor.classes", Commits.Listener.class.getName() + ",a.B")
        .containsKey(Commits.KEY);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                with(
                    Map.of(
                        "processing.guarantee", "at_least_once",
                        "main.consumer.bootstrap.servers", "elsewhere:9092",
                        "num.standby.replicas", "1",
                        "production.exception.handler", "x"),
                    0,
                    Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kafka.processing.guarantee cannot be set")
        .hasMessageContaining("Use --guarantee instead")
        .hasMessageContaining("kafka.main.consumer.bootstrap.servers cannot be set")
        .hasMessageContaining("Use --standby-replicas instead")
        .hasMessageContaining("kafka.production.exception.handler cannot be set")
        .hasMessageContaining("threads is 0; expected 1 or more")
        .hasMessageContaining("stop.timeout is PT-1S");
  }

  @Test
  void whatTheGuaranteesDependOnCannotBeSet() {
    for (String key :
        List.of(
            "enable.auto.commit",
            "consumer.isolation.level",
            "producer.acks",
            "enable.idempotence",
            "producer.transactional.id",
            "main.consumer.group.id",
            "group.protocol",
            "processing.exception.handler",
            "deserialization.exception.handler",
            "ensure.explicit.internal.resource.naming")) {
      assertThatThrownBy(() -> with(Map.of(key, "x")))
          .hasMessageContaining("kafka." + key + " cannot be set: Whisker depends on it");
    }
  }

  @Test
  void aMisspelledKafkaKeyIsToldWithTheRightOne() {
    assertThatThrownBy(
            () -> with(Map.of("sasl.mechansim", "PLAIN", "consumer.max.poll.record", "5")))
        .hasMessageContaining(
            "kafka.sasl.mechansim is unknown to Kafka; did you mean kafka.sasl.mechanism?")
        .hasMessageContaining("did you mean kafka.consumer.max.poll.records?");
    Map<String, String> aPlugInsOwn = Map.of("my.interceptor.endpoint", "x");
    assertThat(with(aPlugInsOwn).kafka()).isEqualTo(aPlugInsOwn);
  }
}
