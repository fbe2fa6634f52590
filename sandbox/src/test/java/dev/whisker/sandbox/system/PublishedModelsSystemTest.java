package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.sandbox.TestKafka;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.Prediction;
import dev.whisker.streamer.model.BundleRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models published to running streamers. */
class PublishedModelsSystemTest {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** As few as make the readings last for all that a test does meanwhile. */
  private static final int READINGS_PER_SECOND = 60;

  @TempDir private static Path shared;
  private static Path data;
  private static Path first;
  private static Path second;
  private static TestKafka broker;

  @BeforeAll
  static void trainAndStart() throws IOException {
    data = shared.resolve("machines.csv.gz");
    first = GeneratedModel.train(data, Files.createDirectory(shared.resolve("first")));
    second = Files.createDirectory(shared.resolve("second")).resolve(first.getFileName());
    WholeWay.trainer(
        "train",
        "--network",
        "lstm",
        "--data",
        data,
        "--out",
        second,
        "--window",
        625,
        "--hop",
        250,
        "--frame",
        25,
        "--units",
        16,
        "--epochs",
        2,
        "--seed",
        2);
    assertThat(version(second)).isNotEqualTo(version(first));
    // Three times what a broker's usual limit is for a record.
    byte[] bulk = new byte[3 << 20];
    new Random(1).nextBytes(bulk);
    Bundle small = Bundle.read(second);
    new Bundle(small.manifest(), small.onnx(), bulk).write(second);
    assertThat(Files.size(second)).isGreaterThan(3 << 20);
    broker = TestKafka.start(shared.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  private static String version(Path model) {
    return Bundle.read(model).manifest().version();
  }

  @Test
  void modelsAreSwappedUnderLoadAndWhatIsBadIsRefused(@TempDir Path folder) throws Exception {
    WholeWay way = new WholeWay(broker.bootstrap(), "swapped", data, first, folder);
    Path other = Files.createDirectory(folder.resolve("second"));
    List<Prediction> bySecond =
        new WholeWay(broker.bootstrap(), "swapped", data, second, other).expected();
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path key = pem(folder.resolve("models.key"), "PRIVATE KEY", pair.getPrivate());
    Path trusted = pem(folder.resolve("models.pub"), "PUBLIC KEY", pair.getPublic());
    String[] flags = {"--trusted-keys", trusted.toString()};
    try (StreamerProcess one = way.startFollower(folder, flags);
        StreamerProcess two = way.startFollower(other, flags);
        ReadingFeed feed = way.feed(25)) {
      List<StreamerProcess> both = List.of(one, two);
      for (StreamerProcess streamer : both) {
        await()
            .atMost(LONGEST)
            .until(
                () -> {
                  assertThat(streamer.isAlive()).as(streamer::log).isTrue();
                  return streamer.log().contains("Waiting for a model on " + way.topic("models"));
                });
        assertThat(streamer.get("/health/live")).startsWith("UP");
        assertThat(streamer.get("/health/ready")).startsWith("DOWN: there is no model");
      }
      // Nobody reads these before there is a model.
      feed.publishUpTo(0.1);
      way.publish(second); // not signed
      awaitLoads(both, "refused", 1);
      assertThat(one.get("/health/ready")).startsWith("DOWN: there is no model");

      way.publish(first, "--key", key.toString());
      for (StreamerProcess streamer : both) {
        way.awaitReady(streamer);
      }
      awaitVersions(way, version(first));
      feed.trickle(READINGS_PER_SECOND);
      way.publish(second, "--key", key.toString());
      awaitVersions(way, version(first), version(second));
      awaitLoads(both, "loaded", 2);

      publishBytes(way, "no bundle at all".getBytes(StandardCharsets.UTF_8), pair.getPrivate());
      publishBytes(way, Arrays.copyOf(Files.readAllBytes(second), 10_000), pair.getPrivate());
      awaitLoads(both, "refused", 3);
      int before = versions(way).size();
      awaitMore(way, before);
      assertThat(distinct(way)).containsExactly(version(first), version(second));

      way.publish(first, "--key", key.toString());
      awaitLoads(both, "loaded", 3);
      awaitVersions(way, version(first), version(second), version(first));
      feed.finish();
      way.awaitPredictions(1);
      for (StreamerProcess streamer : both) {
        way.awaitReady(streamer);
      }
      for (StreamerProcess streamer : both) {
        assertThat(streamer.stop()).as(streamer::log).isZero();
      }
    }
    assertEachIsOfItsModel(way, bySecond);

    // Whoever starts later goes back to the latest that is good.
    publishBytes(way, "no bundle at all".getBytes(StandardCharsets.UTF_8), pair.getPrivate());
    try (StreamerProcess late = way.startFollower(folder, flags)) {
      way.awaitReady(late);
      assertThat(late.get("/metrics"))
          .containsPattern(
              "whisker_model_info\\{model=\"lstm\",version=\"" + version(first) + "\"\\} 1");
      assertThat(loads(late, "refused")).isEqualTo(1);
      assertThat(late.stop()).as(late::log).isZero();
    }
  }

  @Test
  void aFollowerGoesOnWhenItsBrokerComesBackAndALateOneFindsWhatCompactionLeft(@TempDir Path folder)
      throws Exception {
    try (BrokerProcess own = new BrokerProcess(folder)) {
      WholeWay way = new WholeWay(own.bootstrap(), "outage", data, second, folder);
      way.publish(first);
      try (StreamerProcess follower = way.startFollower(folder)) {
        way.awaitReady(follower);
        awaitLoads(List.of(follower), "loaded", 1);
        own.kill();
        own.start();
        way.publish(second);
        awaitLoads(List.of(follower), "loaded", 2);
        way.replay("--speed", "max");
        way.awaitPredictions(1);
        assertThat(follower.stop()).as(follower::log).isZero();
      }
      way.assertEqualsOffline();

      compactAtOnce(own, way.topic("models"));
      way.publish(first);
      publishBytes(own.bootstrap(), way, "no bundle at all".getBytes(StandardCharsets.UTF_8), null);
      TopicReader topics = new TopicReader(own.bootstrap());
      await()
          .atMost(LONGEST)
          .until(
              () ->
                  topics.records(way.topic("models")).stream()
                      .map(ConsumerRecord::offset)
                      .toList()
                      .equals(List.of(2L, 3L)));
      try (StreamerProcess late = way.startFollower(folder)) {
        way.awaitReady(late);
        assertThat(late.get("/metrics"))
            .containsPattern(
                "whisker_model_info\\{model=\"lstm\",version=\"" + version(first) + "\"\\} 1");
        assertThat(loads(late, "refused")).isEqualTo(1);
        assertThat(late.stop()).as(late::log).isZero();
      }
    }
  }

  /** Every record of a topic is compacted as soon as there is a later one. */
  private static void compactAtOnce(BrokerProcess broker, String topic) throws Exception {
    try (Admin admin = KafkaClients.of(broker.bootstrap()).admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      set(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "0"),
                      set(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0"),
                      set(TopicConfig.SEGMENT_MS_CONFIG, "1")),
                  new ConfigResource(ConfigResource.Type.BROKER, ""),
                  List.of(set("log.cleaner.backoff.ms", "100"))))
          .all()
          .get();
    }
  }

  private static AlterConfigOp set(String key, String value) {
    return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
  }

  @Test
  void aShadowPredictsEveryWindowElsewhere(@TempDir Path folder) throws Exception {
    WholeWay way = new WholeWay(broker.bootstrap(), "shadowed", data, first, folder);
    Path other = Files.createDirectory(folder.resolve("second"));
    List<Prediction> bySecond =
        new WholeWay(broker.bootstrap(), "shadowed", data, second, other).expected();
    try (StreamerProcess streamer = way.startStreamer("--shadow", second.toString())) {
      way.awaitReady(streamer);
      way.replay("--speed", "max");
      way.awaitPredictions(1);
      assertThat(streamer.stop()).as(streamer::log).isZero();
    }
    way.assertEqualsOffline();
    Map<String, Prediction> expected = byWindow(bySecond);
    List<Prediction> live = predictions(way.topic("shadow"));
    assertThat(live).hasSameSizeAs(bySecond);
    assertThat(byWindow(live).keySet()).isEqualTo(expected.keySet());
    for (Prediction one : live) {
      assertSame(one, expected.get(window(one)));
      assertThat(one.stableLabel()).isEqualTo(expected.get(window(one)).stableLabel());
      assertThat(one.modelVersion()).isEqualTo(version(second));
    }
  }

  private static List<Prediction> predictions(String topic) {
    return new TopicReader(broker.bootstrap()).predictions(topic);
  }

  /** Every window once, as the offline evaluation of the model that it says it is of. */
  private static void assertEachIsOfItsModel(WholeWay way, List<Prediction> bySecond) {
    Map<String, Map<String, Prediction>> expected =
        Map.of(version(first), byWindow(way.expected()), version(second), byWindow(bySecond));
    List<Prediction> live = predictions(way.topic("predictions"));
    assertThat(live).as("missing or repeated").hasSameSizeAs(way.expected());
    assertThat(byWindow(live).keySet()).isEqualTo(byWindow(way.expected()).keySet());
    for (Prediction one : live) {
      assertSame(one, expected.get(one.modelVersion()).get(window(one)));
    }
    // A device is with one instance, which swaps once each time.
    Map<String, List<Prediction>> byDevice =
        live.stream().collect(Collectors.groupingBy(Prediction::device));
    for (List<Prediction> device : byDevice.values()) {
      assertThat(distinct(device.stream().map(Prediction::modelVersion).toList()))
          .isSubsetOf(version(first), version(second))
          .hasSizeLessThanOrEqualTo(3);
    }
    Map<String, Long> counts =
        live.stream()
            .collect(Collectors.groupingBy(Prediction::modelVersion, Collectors.counting()));
    Prediction swapped =
        live.stream()
            .filter(one -> one.modelVersion().equals(version(second)))
            .findFirst()
            .orElseThrow();
    System.out.printf(
        "Swapped under load: %d windows expected, %d predicted, by version %s; the first of %s is"
            + " %s%n",
        way.expected().size(), live.size(), counts, version(second), window(swapped));
  }

  private static void assertSame(Prediction live, Prediction offline) {
    assertThat(live.label()).isEqualTo(offline.label());
    assertThat(live.truth()).isEqualTo(offline.truth());
    offline
        .probabilities()
        .forEach(
            (label, probability) ->
                assertThat(live.probabilities().get(label)).isCloseTo(probability, within(1e-5f)));
  }

  private static Map<String, Prediction> byWindow(List<Prediction> predictions) {
    return predictions.stream()
        .collect(Collectors.toMap(PublishedModelsSystemTest::window, Function.identity()));
  }

  private static String window(Prediction prediction) {
    return prediction.device() + "@" + prediction.windowEndMicros();
  }

  /** The version of every prediction. */
  private static List<String> versions(WholeWay way) {
    return predictions(way.topic("predictions")).stream().map(Prediction::modelVersion).toList();
  }

  private static List<String> distinct(WholeWay way) {
    return versions(way).stream().distinct().toList();
  }

  /** Without those that are the same as the one before. */
  private static List<String> distinct(List<String> versions) {
    List<String> changes = new ArrayList<>();
    for (String version : versions) {
      if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(version)) {
        changes.add(version);
      }
    }
    return changes;
  }

  /** Waits until some device was served by these versions, one after the other. */
  private static void awaitVersions(WholeWay way, String... expected) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              Map<String, List<String>> byDevice = new HashMap<>();
              for (Prediction one : predictions(way.topic("predictions"))) {
                byDevice
                    .computeIfAbsent(one.device(), device -> new ArrayList<>())
                    .add(one.modelVersion());
              }
              return byDevice.values().stream()
                  .anyMatch(versions -> distinct(versions).equals(List.of(expected)));
            });
  }

  private static void awaitMore(WholeWay way, int than) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> versions(way).size() > than);
  }

  private static void awaitLoads(List<StreamerProcess> streamers, String outcome, double count) {
    for (StreamerProcess streamer : streamers) {
      await()
          .atMost(LONGEST)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> loads(streamer, outcome) == count);
    }
  }

  private static double loads(StreamerProcess streamer, String outcome) {
    Matcher value =
        Pattern.compile("whisker_model_loads_total\\{outcome=\"" + outcome + "\"\\} (\\S+)")
            .matcher(streamer.get("/metrics"));
    return value.find() ? Double.parseDouble(value.group(1)) : -1;
  }

  private static void publishBytes(WholeWay way, byte[] bytes, PrivateKey key)
      throws ExecutionException, InterruptedException {
    publishBytes(broker.bootstrap(), way, bytes, key);
  }

  private static void publishBytes(String bootstrap, WholeWay way, byte[] bytes, PrivateKey key)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer = KafkaClients.of(bootstrap).producer()) {
      producer.send(BundleRecord.of(way.topic("models"), bytes, "lstm", key)).get();
    }
  }

  private static Path pem(Path file, String kind, Key key) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
  }
}
