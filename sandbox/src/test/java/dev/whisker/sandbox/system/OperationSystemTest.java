package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.sandbox.ledger.OfflinePath;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonReadingDecoder;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.command.StreamerCommands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator meets: failing threads, a reset, a restore, a broker that does not answer. */
class OperationSystemTest {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Pattern BOOTSTRAP = Pattern.compile("Kafka listens at (localhost:\\d+)");

  @TempDir private static Path shared;
  private static Path data;
  private static Path model;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void trainAndStart() {
    data = shared.resolve("machines.csv.gz");
    model = GeneratedModel.train(data, shared);
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void aThreadThatFailsIsReplacedAndNothingIsMissingOrRepeated(@TempDir Path folder)
      throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "failing-twice", data, model, folder);
    try (StreamerProcess streamer = way.startStreamer("--engine", "failing-twice")) {
      way.awaitReady(streamer);
      way.replay("--speed", "max");
      way.awaitPredictions(1);
      assertThat(streamer.get("/metrics"))
          .contains("whisker_threads_failed_total{outcome=\"replaced\"} 2.0")
          .contains("whisker_threads_failed_total{outcome=\"ended\"} 0.0");
      assertThat(streamer.get("/health/live")).startsWith("UP");
      assertThat(streamer.stop()).as(streamer::log).isZero();
      assertThat(streamer.log())
          .contains("A stream thread has failed and is replaced (2 of at most 5 in PT10M)")
          .contains("this engine was made to fail");
    }
    way.assertEqualsOffline();
  }

  @Test
  void aThreadThatFailsAgainAndAgainEndsTheStreamerWithTheCause(@TempDir Path folder)
      throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "failing", data, model, folder);
    try (StreamerProcess streamer =
        way.startStreamer("--engine", "failing", "--max-restarts", "2")) {
      way.awaitReady(streamer);
      way.replay("--speed", "max");
      assertThat(streamer.awaitEnd()).isEqualTo(1);
      assertThat(streamer.log())
          .contains("2 threads were replaced within PT10M already (--max-restarts 2)")
          .containsPattern("The stream has ended: .*this engine was made to fail")
          .doesNotContain("Stopped");
    }
  }

  @Test
  void aThreadThatFailsIsTheEndWhereThePolicySaysSo(@TempDir Path folder)
      throws InterruptedException {
    WholeWay way = new WholeWay(broker.bootstrap(), "failing-once", data, model, folder);
    try (StreamerProcess streamer =
        way.startStreamer("--engine", "failing-twice", "--on-failure", "stop")) {
      way.awaitReady(streamer);
      way.replay("--speed", "max");
      assertThat(streamer.awaitEnd()).isEqualTo(1);
      assertThat(streamer.log())
          .contains("the first failure is the end (--on-failure stop)")
          .containsPattern("The stream has ended: .*this engine was made to fail");
    }
  }

  @Test
  void anApplicationIsForgottenWhenNobodyRunsAndReadsEverythingAgain(@TempDir Path folder)
      throws Exception {
    WholeWay way = new WholeWay(broker.bootstrap(), "reset", data, model, folder);
    Path state = folder.resolve("state");
    List<String> flags =
        List.of(
            "--application-id", "reset",
            "--topic-readings", way.topic("readings"),
            "--state-dir", state.toString());
    try (StreamerProcess streamer = way.startStreamer()) {
      way.awaitReady(streamer);
      way.replay("--speed", "max");
      way.awaitPredictions(1);
      Outcome running = reset(flags, "--yes");
      assertThat(running.exitCode()).isEqualTo(1);
      assertThat(running.errors()).contains("The application reset is running", "1 member(s)");
      assertThat(streamer.stop()).as(streamer::log).isZero();
    }
    way.assertEqualsOffline();
    Set<String> before = topics();
    assertThat(before).contains("reset-devices-changelog", "reset-samples-changelog");

    Outcome unsure = reset(flags);
    assertThat(unsure.exitCode()).isEqualTo(2);
    assertThat(unsure.errors()).contains("add --yes, or --dry-run");
    Outcome tried = reset(flags, "--dry-run");
    assertThat(tried.exitCode()).isZero();
    assertThat(tried.errors())
        .contains("Would forget", "reset-devices-changelog", "from the oldest record");
    assertThat(topics()).isEqualTo(before);
    assertThat(isEmpty(state)).isFalse();

    // One that takes over on another machine has nothing but the changelogs.
    try (StreamerProcess elsewhere = way.startStreamer("--store", "memory")) {
      way.awaitReady(elsewhere);
      assertThat(elsewhere.log()).containsPattern("Restored \\d+ records of \\d+ stores in");
      assertThat(elsewhere.get("/metrics"))
          .containsPattern("whisker_restored_total [1-9]")
          .contains("whisker_restoring 0.0");
      assertThat(elsewhere.stop()).as(elsewhere::log).isZero();
    }

    int published = predictions(way);
    Outcome latest = reset(flags, "--yes", "--to-latest");
    assertThat(latest.exitCode()).as(latest.errors()).isZero();
    assertThat(topics()).doesNotContain("reset-devices-changelog", "reset-samples-changelog");
    assertThat(topics()).contains(way.topic("readings"), way.topic("predictions"));
    assertThat(isEmpty(state)).isTrue();
    try (StreamerProcess streamer = way.startStreamer()) {
      way.awaitReady(streamer);
      assertThat(streamer.stop()).as(streamer::log).isZero();
      assertThat(predictions(way)).as("nothing was read again").isEqualTo(published);
    }

    Outcome earliest = reset(flags, "--yes");
    assertThat(earliest.exitCode()).as(earliest.errors()).isZero();
    try (StreamerProcess streamer = way.startStreamer()) {
      await().atMost(LONGEST).until(() -> predictions(way) == 2 * published);
      assertThat(streamer.stop()).as(streamer::log).isZero();
    }
  }

  @Test
  void anApplicationThatIsResetToATimeGivesTheWindowsOfTheReadingsFromThenOn(@TempDir Path folder)
      throws Exception {
    WholeWay way = new WholeWay(broker.bootstrap(), "reset-to-time", data, model, folder);
    way.streamAtOnce();
    way.assertEqualsOffline();
    TopicReader topics = new TopicReader(broker.bootstrap());
    List<Prediction> predictionsBefore = topics.predictions(way.topic("predictions"));
    List<StateChange> changesBefore = topics.changes(way.topic("changes"));
    List<ConsumerRecord<byte[], byte[]>> readings = topics.records(way.topic("readings"));
    long timeMillis =
        readings.stream()
            .mapToLong(ConsumerRecord::timestamp)
            .sorted()
            .skip(readings.size() / 2)
            .findFirst()
            .orElseThrow();
    List<Prediction> expected = offlineFrom(readings, timeMillis);
    assertThat(expected).isNotEmpty().hasSizeLessThan(predictionsBefore.size());

    Outcome reset =
        reset(
            List.of(
                "--application-id", "reset-to-time",
                "--topic-readings", way.topic("readings"),
                "--state-dir", folder.resolve("state").toString()),
            "--yes",
            "--to-datetime",
            Instant.ofEpochMilli(timeMillis).toString());
    assertThat(reset.exitCode()).as(reset.errors()).isZero();
    try (StreamerProcess streamer = way.startStreamer()) {
      await()
          .atMost(LONGEST)
          .until(() -> predictions(way) >= predictionsBefore.size() + expected.size());
      way.awaitCommitted();
      assertThat(streamer.stop()).as(streamer::log).isZero();
    }
    topics.awaitCommitted(way.topic("predictions"));
    topics.awaitCommitted(way.topic("changes"));
    assertThat(
            Account.ofWindows(
                expected, since(predictionsBefore, topics.predictions(way.topic("predictions")))))
        .matches(Account::isExact);
    assertThat(
            Account.ofChanges(expected, since(changesBefore, topics.changes(way.topic("changes")))))
        .matches(Account::isExact);
  }

  /** What the offline path makes of the records of each partition from the first of a time on. */
  private static List<Prediction> offlineFrom(
      List<ConsumerRecord<byte[], byte[]>> readings, long timeMillis) {
    Bundle bundle = Bundle.read(model);
    JsonReadingDecoder decoder =
        new JsonReadingDecoder(
            bundle.manifest().channels().stream().map(Channel::name).toList(), 65_536, 8 << 20);
    List<Prediction> predictions = new ArrayList<>();
    Set<Integer> begun = new HashSet<>();
    try (OfflinePath offline = new OfflinePath(bundle, "onnx")) {
      for (ConsumerRecord<byte[], byte[]> record : readings) {
        if (record.timestamp() >= timeMillis) {
          begun.add(record.partition());
        }
        if (begun.contains(record.partition())
            && decoder.decode(record.key(), record.value()) instanceof Decoded.Accepted accepted) {
          predictions.addAll(offline.accept(accepted.reading()));
        }
      }
    }
    return predictions;
  }

  /** What has come since, even where it says the same again. */
  private static <T> List<T> since(List<T> before, List<T> now) {
    List<T> later = new ArrayList<>(now);
    before.forEach(later::remove);
    return later;
  }

  @Test
  void aBrokerThatDoesNotAnswerDoesNotHoldTheStreamerLongerThanItIsAllowedToTake(
      @TempDir Path folder) throws Exception {
    Process frozen = startBroker(folder);
    try {
      WholeWay way =
          new WholeWay(awaitBootstrap(folder.resolve("broker.log")), "frozen", data, model, folder);
      try (StreamerProcess streamer = way.startStreamer("--stop-timeout", "PT3S")) {
        way.awaitReady(streamer);
        Thread replay = new Thread(() -> way.replay("--speed", "1"));
        replay.setDaemon(true);
        replay.start();
        way.awaitPredictions(0.2);
        signal("STOP", frozen);
        // It gives up long before Kafka's clients would, which wait for minutes.
        assertThat(streamer.stop()).as(streamer::log).isEqualTo(1);
        assertThat(streamer.log()).contains("did not stop within PT3S").doesNotContain("Stopped");
      }
    } finally {
      signal("CONT", frozen);
      frozen.destroyForcibly();
    }
  }

  private static Process startBroker(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            SandboxCommands.class.getName(),
            "broker",
            "--port",
            "0",
            "--dir",
            folder.resolve("broker").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("broker.log").toFile())
        .start();
  }

  private static String awaitBootstrap(Path log) {
    return await()
        .atMost(LONGEST)
        .until(
            () -> {
              Matcher address = BOOTSTRAP.matcher(Files.readString(log));
              return address.find() ? address.group(1) : null;
            },
            address -> address != null);
  }

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  private record Outcome(int exitCode, String errors) {}

  private static Outcome reset(List<String> flags, String... more) {
    List<String> all = new ArrayList<>(List.of("reset", "--bootstrap", broker.bootstrap()));
    all.addAll(flags);
    all.addAll(List.of(more));
    PrintStream standardError = System.err;
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Cli.run(new StreamerCommands(new StopSignal()), all.toArray(String[]::new));
      return new Outcome(exitCode, errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(standardError);
    }
  }

  private static Set<String> topics() throws Exception {
    try (Admin admin = KafkaClients.of(broker.bootstrap()).admin()) {
      return admin.listTopics().names().get();
    }
  }

  private static int predictions(WholeWay way) {
    return new TopicReader(broker.bootstrap()).predictions(way.topic("predictions")).size();
  }

  /** Whether there is no file of a store in the folder or beneath it. */
  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.noneMatch(Files::isRegularFile);
    }
  }
}
