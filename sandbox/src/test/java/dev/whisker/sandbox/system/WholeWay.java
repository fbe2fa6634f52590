package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.schemas.JsonCodec;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.trainer.command.TrainerCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Recordings on their way through a broker and a streamer process, by the commands that a user
 * types, compared with the offline evaluation of the same recordings: every window once, with the
 * same label and the same probabilities, and every change of a stable label once.
 */
final class WholeWay {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final String bootstrap;
  private final String name;
  private final Path data;
  private final Path model;
  private final Path folder;
  private final TopicReader topics;
  private final List<String> formatFlags;
  private final List<Prediction> expected;

  /**
   * A way with topics of its own.
   *
   * @param name of this way; the topics' names end with it
   * @param folder for everything that it writes
   */
  WholeWay(String bootstrap, String name, Path data, Path model, Path folder) {
    this(bootstrap, name, data, model, folder, new JsonFormat(), List.of());
  }

  /**
   * A way with topics of its own, in a format.
   *
   * @param name of this way; the topics' names end with it
   * @param folder for everything that it writes
   * @param format of the topics
   * @param formatFlags what tells the commands of it
   */
  WholeWay(
      String bootstrap,
      String name,
      Path data,
      Path model,
      Path folder,
      ValueFormat format,
      List<String> formatFlags) {
    this.formatFlags = formatFlags;
    this.bootstrap = bootstrap;
    this.name = name;
    this.data = data;
    this.model = model;
    this.folder = folder;
    this.topics = new TopicReader(bootstrap, format);
    Path predictions = folder.resolve("expected.jsonl");
    trainer(
        "evaluate",
        "--model",
        model,
        "--data",
        data,
        "--part",
        "all",
        "--predictions",
        predictions);
    try (Stream<String> lines = Files.lines(predictions, StandardCharsets.UTF_8)) {
      expected = lines.map(WholeWay::prediction).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(expected).isNotEmpty();
  }

  /** Runs one of the trainer's commands; it must succeed. */
  static void trainer(Object... arguments) {
    assertThat(Cli.run(new TrainerCommands(), strings(arguments))).isZero();
  }

  /** Runs one of the sandbox's commands; it must succeed. */
  static void sandbox(Object... arguments) {
    assertThat(Cli.run(new SandboxCommands(new StopSignal()), strings(arguments))).isZero();
  }

  private static String[] strings(Object... arguments) {
    return Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
  }

  /** A folder, which is made if it is not there. */
  static Path folder(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StreamerProcess startStreamer(String... flags) {
    return startStreamerIn(folder, flags);
  }

  /** Starts a streamer that keeps its state in a folder. */
  StreamerProcess startStreamerIn(Path own, String... flags) {
    return new StreamerProcess(bootstrap, model, own, streamerFlags(flags));
  }

  /** A streamer that waits for a published model, with a folder of its own. */
  StreamerProcess startFollower(Path own, String... flags) {
    return new StreamerProcess(bootstrap, null, own, streamerFlags(flags));
  }

  private String[] streamerFlags(String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    // However long a test takes, no device is silent.
    all.addAll(List.of("--application-id", name, "--idle", "P1D"));
    all.addAll(formatFlags);
    all.addAll(topicFlags());
    return all.toArray(String[]::new);
  }

  /** Publishes a model to streamers that follow; it must succeed. */
  void publish(Path published, String... flags) {
    List<String> all = new ArrayList<>(List.of("publish", published.toString()));
    all.addAll(List.of("--bootstrap", bootstrap));
    all.addAll(List.of(flags));
    all.addAll(topicFlags());
    StreamerCommands commands = new StreamerCommands(new StopSignal());
    assertThat(Cli.run(commands, all.toArray(String[]::new))).isZero();
  }

  /** What the offline evaluation says. */
  List<Prediction> expected() {
    return expected;
  }

  void replay(String... flags) {
    List<Object> all = new ArrayList<>(List.of("replay", "--bootstrap", bootstrap, "--data", data));
    all.addAll(List.of(flags));
    all.addAll(formatFlags);
    all.addAll(topicFlags());
    sandbox(all.toArray());
  }

  /** The readings of the recordings, for a test that says how far they are published. */
  ReadingFeed feed(int samplesPerReading) {
    return new ReadingFeed(bootstrap, topic("readings"), data, samplesPerReading);
  }

  /** Waits until everything that is published has been read and committed. */
  void awaitCommitted() {
    topics.awaitRead(name, topic("readings"));
  }

  /** The recordings as fast as it goes through a streamer that is stopped in the end. */
  void streamAtOnce() throws InterruptedException {
    try (StreamerProcess streamer = startStreamer()) {
      awaitReady(streamer);
      replay("--speed", "max");
      awaitPredictions(1);
      assertThat(streamer.stop()).as(streamer::log).isZero();
    }
  }

  /** What one of the streamer's stores holds, by its changelog: its records and their keys. */
  Map<String, byte[]> stored(String store) {
    Map<String, byte[]> content = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> change :
        topics.records(name + "-" + store + "-changelog")) {
      String key = HexFormat.of().formatHex(change.key());
      if (change.value() == null) {
        content.remove(key);
      } else {
        content.put(key, change.value());
      }
    }
    return content;
  }

  private List<String> topicFlags() {
    return List.of(
        "--topic-readings", topic("readings"),
        "--topic-predictions", topic("predictions"),
        "--topic-state-changes", topic("changes"),
        "--topic-dead-letters", topic("dead-letters"),
        "--topic-models", topic("models"),
        "--topic-shadow", topic("shadow"));
  }

  String topic(String kind) {
    return kind + "-" + name;
  }

  void awaitReady(StreamerProcess streamer) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              assertThat(streamer.isAlive()).as(streamer::log).isTrue();
              return streamer.isReady();
            });
  }

  /** Waits until at least a share of the expected predictions is published. */
  void awaitPredictions(double share) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> topics.predictions(topic("predictions")).size() >= share * expected.size());
  }

  /** Waits until there are more predictions than now. */
  void awaitProgress() {
    awaitMoreThan(published().size());
  }

  private void awaitMoreThan(int predictions) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> published().size() > predictions);
  }

  /** Waits until every expected window has a prediction, as long as there come more. */
  void awaitEveryWindow() {
    List<Prediction> now = published();
    while (Account.ofWindows(expected, now).missing() > 0) {
      awaitMoreThan(now.size());
      now = published();
    }
  }

  private List<Prediction> published() {
    return topics.predictions(topic("predictions"));
  }

  /** What became of every expected window, and of every change of a stable label, until now. */
  List<Account> accounts() {
    String changes = topic("changes");
    topics.awaitCommitted(changes);
    return List.of(
        Account.ofWindows(expected, published()),
        Account.ofChanges(expected, topics.changes(changes)));
  }

  /** Every expected window and change is there once and as the offline evaluation says. */
  void assertEqualsOffline() {
    assertThat(accounts()).allMatch(Account::isExact);
    assertThat(topics.records(topic("dead-letters"))).as("dead letters").isEmpty();
  }

  private static Prediction prediction(String json) {
    try {
      return JsonCodec.decodePrediction(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
