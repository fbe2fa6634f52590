package dev.whisker.streamer.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.streamer.metrics.StreamerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelFollowerTest {
  private final ModelsLog log = new ModelsLog();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StreamerMetrics metrics = new StreamerMetrics(registry);
  private final ServedModels models = new ServedModels(metrics);

  @AfterEach
  void close() {
    models.close();
  }

  private final CountDownLatch serving = new CountDownLatch(1);
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();

  private ModelFollower follower(String name, String shadow, PublicKey... trusted) {
    return new ModelFollower(
        log,
        ModelsLog.TOPIC,
        new ModelFollower.Wanted(true, name, shadow),
        List.of(trusted),
        TestEngine.NAME,
        models,
        metrics,
        serving::countDown,
        failed::complete);
  }

  private static ProducerRecord<byte[], byte[]> record(String name, byte[] bytes) {
    return BundleRecord.of(ModelsLog.TOPIC, bytes, name, null);
  }

  private static ProducerRecord<byte[], byte[]> model(String name, String version) {
    return record(name, TestEngine.bundle(name, version));
  }

  private static ProducerRecord<byte[], byte[]> garbage(String name) {
    return record(name, "no zip at all".getBytes(StandardCharsets.UTF_8));
  }

  private static ProducerRecord<byte[], byte[]> tombstone(String name) {
    return new ProducerRecord<>(ModelsLog.TOPIC, name.getBytes(StandardCharsets.UTF_8), null);
  }

  private String served() {
    return models.served().map(one -> one.name() + " " + one.version()).orElse("none");
  }

  private double loads(String outcome) {
    return registry.get("whisker.model.loads").tag("outcome", outcome).counter().count();
  }

  private static KeyPair key() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  @Test
  void theLatestIsServedAndThenEveryOneThatIsPublished() {
    log.append(model("a", "v1"));
    log.append(model("b", "v1"));
    log.append(model("a", "v2"));
    ModelFollower follower = follower(null, null);
    follower.catchUp();
    assertThat(served()).isEqualTo("a v2");
    assertThat(loads("loaded")).isEqualTo(1);
    log.append(model("b", "v2"));
    follower.poll();
    assertThat(served()).isEqualTo("b v2");
    log.append(model("a", "v1"));
    follower.poll();
    assertThat(served()).as("rolled back").isEqualTo("a v1");
    assertThat(loads("refused")).isZero();
  }

  @Test
  void othersThanTheNamedModelAreNoneOfItsBusiness() {
    log.append(model("a", "v1"));
    log.append(model("b", "v1"));
    ModelFollower follower = follower("a", null);
    follower.catchUp();
    assertThat(served()).isEqualTo("a v1");
    log.append(garbage("b"));
    follower.poll();
    assertThat(served()).isEqualTo("a v1");
    assertThat(loads("refused")).isZero();
  }

  @Test
  void atTheStartTheLatestGoodOneIsServed() {
    log.append(model("a", "v1"));
    log.append(model("a", "v2"));
    log.append(garbage("a"));
    log.append(record("a", Arrays.copyOf(TestEngine.bundle("a", "v3"), 200)));
    follower(null, null).catchUp();
    assertThat(served()).isEqualTo("a v2");
    assertThat(loads("refused")).isEqualTo(2);
    assertThat(loads("loaded")).isEqualTo(1);
  }

  @Test
  void aRecordThatIsCompactedAwayMeanwhileIsPassedOver() {
    log.append(model("a", "v1"));
    long gone = log.append(model("a", "v2"));
    log.onSeek(gone, () -> log.remove(gone)); // between the look at all and that at the latest
    follower(null, null).catchUp();
    assertThat(served()).isEqualTo("a v1");
    assertThat(loads("refused")).isZero();
  }

  @Test
  void afterCompactionTheLatestGoodOneThatIsLeftIsServed() {
    long replaced = log.append(model("a", "v1"));
    log.append(model("b", "v1"));
    long alsoReplaced = log.append(model("a", "v2"));
    log.append(garbage("a"));
    long withdrawn = log.append(tombstone("c"));
    for (long gone : List.of(replaced, alsoReplaced, withdrawn)) {
      log.remove(gone);
    }
    ModelFollower follower = follower(null, null);
    follower.catchUp();
    assertThat(served()).isEqualTo("b v1");
    assertThat(loads("refused")).isEqualTo(1);
    log.append(model("a", "v3"));
    follower.poll();
    assertThat(served()).isEqualTo("a v3");
  }

  @Test
  void whatIsBadIsRefusedCountedAndTheOldOneStays() {
    log.append(model("a", "v1"));
    ModelFollower follower = follower(null, null);
    follower.catchUp();
    log.append(garbage("a"));
    log.append(record("a", Arrays.copyOf(TestEngine.bundle("a", "v2"), 300)));
    log.append(
        record("a", TestEngine.bundle(TestEngine.manifest("a", "v2", 4), TestEngine.BROKEN)));
    log.append(record("b", TestEngine.bundle("a", "v2")));
    log.append(record("a", new byte[0]));
    ProducerRecord<byte[], byte[]> damaged = model("a", "v2");
    damaged.value()[100]++;
    log.append(damaged);
    log.append(
        new ProducerRecord<>(
            ModelsLog.TOPIC,
            "a".getBytes(StandardCharsets.UTF_8),
            TestEngine.bundle("a", "v2"))); // without a checksum
    log.append(new ProducerRecord<>(ModelsLog.TOPIC, null, TestEngine.bundle("a", "v2")));
    for (int i = 1; i <= 8; i++) {
      follower.poll();
      assertThat(loads("refused")).isEqualTo(i);
      assertThat(served()).isEqualTo("a v1");
    }
    log.append(model("a", "v2"));
    follower.poll();
    assertThat(served()).isEqualTo("a v2");
  }

  @Test
  void aWithdrawnModelIsNotServedByWhoeverStarts() {
    log.append(model("b", "v1"));
    log.append(model("a", "v1"));
    ModelFollower before = follower(null, null);
    before.catchUp();
    log.append(tombstone("a"));
    before.poll();
    assertThat(served()).as("goes on").isEqualTo("a v1");
    models.close();
    follower(null, null).catchUp();
    assertThat(served()).isEqualTo("b v1");
    assertThat(loads("refused")).isZero();
  }

  @Test
  void catchingUpAgainJudgesNothingTwice() {
    log.append(model("a", "v1"));
    log.append(garbage("a"));
    ModelFollower follower = follower(null, null);
    follower.catchUp();
    follower.catchUp();
    assertThat(loads("refused")).isEqualTo(1);
    assertThat(loads("loaded")).isEqualTo(1);
    log.append(model("a", "v2"));
    log.append(garbage("a"));
    follower.catchUp();
    assertThat(served()).isEqualTo("a v2");
    assertThat(loads("refused")).isEqualTo(2);
  }

  @Test
  void theSameBundleAgainIsNoSwap() {
    log.append(model("a", "v1"));
    ModelFollower follower = follower(null, null);
    follower.catchUp();
    log.append(model("a", "v1"));
    follower.poll();
    assertThat(loads("loaded")).isEqualTo(1);
    assertThat(loads("refused")).isZero();
  }

  @Test
  void withTrustedKeysOnlyWhatOneOfThemSignedIsServed() throws GeneralSecurityException {
    KeyPair first = key();
    KeyPair second = key();
    KeyPair foreign = key();
    byte[] v1 = TestEngine.bundle("a", "v1");
    byte[] v2 = TestEngine.bundle("a", "v2");
    ModelFollower follower = follower(null, null, first.getPublic(), second.getPublic());
    follower.catchUp();

    log.append(BundleRecord.of(ModelsLog.TOPIC, v1, "a", null));
    follower.poll();
    assertThat(served()).as("not signed").isEqualTo("none");
    log.append(BundleRecord.of(ModelsLog.TOPIC, v1, "a", foreign.getPrivate()));
    follower.poll();
    assertThat(served()).as("signed by a foreign key").isEqualTo("none");
    ProducerRecord<byte[], byte[]> tampered =
        BundleRecord.of(ModelsLog.TOPIC, v2, "a", null); // its checksum is right
    tampered.headers().add(BundleRecord.SIGNATURE, BundleKeys.sign(first.getPrivate(), v1));
    log.append(tampered);
    follower.poll();
    assertThat(served()).as("another one's signature").isEqualTo("none");
    assertThat(loads("refused")).isEqualTo(3);

    log.append(BundleRecord.of(ModelsLog.TOPIC, v1, "a", second.getPrivate()));
    follower.poll();
    assertThat(served()).isEqualTo("a v1");
    log.append(BundleRecord.of(ModelsLog.TOPIC, v2, "a", first.getPrivate()));
    follower.poll();
    assertThat(served()).isEqualTo("a v2");
  }

  @Test
  void withoutTrustedKeysASignatureDoesNotMatter() throws GeneralSecurityException {
    log.append(
        BundleRecord.of(ModelsLog.TOPIC, TestEngine.bundle("a", "v1"), "a", key().getPrivate()));
    follower(null, null).catchUp();
    assertThat(served()).isEqualTo("a v1");
  }

  @Test
  void aShadowIsFollowedByItsName() {
    log.append(model("a", "v1"));
    log.append(model("b", "v1"));
    ModelFollower follower = follower("a", "b");
    follower.catchUp();
    assertThat(served()).isEqualTo("a v1");
    assertThat(shadow()).isEqualTo("b v1");
    log.append(model("b", "v2"));
    follower.poll();
    assertThat(shadow()).isEqualTo("b v2");
    Manifest longer = TestEngine.manifest("b", "v3", 8);
    log.append(record("b", TestEngine.bundle(longer, new byte[] {1})));
    follower.poll();
    assertThat(shadow()).as("other windows are refused").isEqualTo("b v2");
    assertThat(loads("shadow-refused")).isEqualTo(1);
    assertThat(loads("shadow-loaded")).isEqualTo(2);
    assertThat(loads("loaded")).isEqualTo(1);
  }

  @Test
  void theFirstModelIsToldFromTheFollowingThread() throws InterruptedException {
    try (ModelFollower follower = follower(null, null)) {
      log.append(model("a", "v1"));
      follower.start();
      assertThat(serving.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(served()).isEqualTo("a v1");
    }
    assertThat(log.closed()).isTrue();
    assertThat(failed).isNotDone();
  }

  @Test
  void withoutAModelAndTheRightToReadTheTopicThereIsNoWaiting() throws Exception {
    TopicAuthorizationException cause = new TopicAuthorizationException(ModelsLog.TOPIC);
    log.fail(cause);
    try (ModelFollower follower = follower(null, null)) {
      follower.start();
      assertThat(failed.get(30, TimeUnit.SECONDS)).isSameAs(cause);
    }
  }

  private String shadow() {
    try (ServedModels.Use use = models.use()) {
      return use.shadow() == null ? "none" : use.shadow().toString();
    }
  }
}
