package dev.whisker.sandbox.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.TestKafka;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.clients.TopicContents;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.schemas.DeadLetterHeaders;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterReplayTest {
  /** Recent: the broker deletes records whose timestamps are older than a week. */
  private static final long TIME = System.currentTimeMillis();

  @TempDir private static Path folder;
  private static TestKafka broker;
  private static KafkaClients clients;

  private String readings;
  private String letters;

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(folder.resolve("broker"));
    clients = KafkaClients.of(broker.bootstrap());
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void createTopics(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    readings = "readings-" + name;
    letters = "letters-" + name;
    try (Admin admin = clients.admin()) {
      ClusterAdmin.ensure(admin, List.of(readings, letters), 3, (short) 1);
    }
  }

  /** A refused record as the streamer publishes it, with some more headers. */
  private ProducerRecord<byte[], byte[]> letter(
      String key, byte[] value, String reason, String... headers) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(letters, null, TIME, key == null ? null : utf8(key), value);
    Map<String, String> own =
        Map.of(
            DeadLetterHeaders.REASON, reason,
            DeadLetterHeaders.MESSAGE, "what was wrong",
            DeadLetterHeaders.TOPIC, readings,
            DeadLetterHeaders.PARTITION, "1",
            DeadLetterHeaders.OFFSET, "41");
    own.forEach((name, text) -> letter.headers().add(name, utf8(text)));
    for (int i = 0; i < headers.length; i += 2) {
      letter.headers().add(headers[i], utf8(headers[i + 1]));
    }
    return letter;
  }

  @SafeVarargs
  private static void publish(ProducerRecord<byte[], byte[]>... records) {
    try (Producer<byte[], byte[]> producer = clients.producer()) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        var unused = producer.send(record);
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> contents(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    TopicContents.read(clients, topic, records::add);
    return records;
  }

  private static List<String> values(String topic) {
    return contents(topic).stream()
        .map(one -> new String(one.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private DeadLetterReplay.Counts again(String... reasons) {
    try (ReadingPublisher publisher = new ReadingPublisher(clients, readings)) {
      return new DeadLetterReplay(clients, letters, Set.of(reasons)).publish(publisher);
    }
  }

  @Test
  void lettersAreTheRecordsThatTheyWere() {
    publish(
        letter("d1", utf8("one"), "wrong-channels", "trace", "abc"),
        letter("d1", utf8("two"), "wrong-channels"),
        letter(null, new byte[] {(byte) 0xff}, "undecodable"));

    DeadLetterReplay.Counts counts = again();

    assertThat(counts.taken()).isEqualTo(3);
    assertThat(counts.byReason()).containsEntry("wrong-channels", 2L);
    List<ConsumerRecord<byte[], byte[]>> published = contents(readings);
    assertThat(published).hasSize(3).allMatch(one -> one.partition() == 1);
    assertThat(published).allMatch(one -> one.timestamp() == TIME);
    List<ConsumerRecord<byte[], byte[]>> ofDevice =
        published.stream().filter(one -> one.key() != null).toList();
    assertThat(ofDevice)
        .extracting(one -> new String(one.value(), StandardCharsets.UTF_8))
        .containsExactly("one", "two");
    assertThat(ofDevice.get(0).headers())
        .extracting(Header::key)
        .containsExactly("trace", DeadLetterHeaders.REPLAYED);
    assertThat(published.stream().filter(one -> one.key() == null))
        .singleElement()
        .extracting(ConsumerRecord::value)
        .isEqualTo(new byte[] {(byte) 0xff});
  }

  @Test
  void onlyLettersOfTheGivenReasonsAreTaken() {
    publish(letter("d1", utf8("one"), "too-large"), letter("d2", utf8("two"), "undecodable"));
    assertThat(again("too-large").taken()).isEqualTo(1);
    assertThat(values(readings)).containsExactly("one");
  }

  @Test
  void whatIsCutOffOrWasReplayedBeforeIsLeftOutAndCounted() {
    publish(
        letter("d1", utf8("begin"), "too-large", DeadLetterHeaders.TRUNCATED, "2000000"),
        letter("d1", utf8("again"), "too-large", DeadLetterHeaders.REPLAYED, "letters-0@1"),
        letter("d1", utf8("first"), "too-large"));
    DeadLetterReplay.Counts counts = again();
    assertThat(counts.taken()).isEqualTo(1);
    assertThat(counts.truncated()).isEqualTo(1);
    assertThat(counts.replayedBefore()).isEqualTo(1);
    assertThat(values(readings)).containsExactly("first");
  }

  /** As when the readings are refused again while they are published. */
  @Test
  void lettersThatComeMeanwhileAreLeftForTheNextTime() {
    publish(letter("d1", utf8("one"), "undecodable"));
    List<String> read = new ArrayList<>();
    TopicContents.read(
        clients,
        letters,
        record -> {
          read.add(new String(record.value(), StandardCharsets.UTF_8));
          publish(letter("d1", utf8("another"), "undecodable"));
        });
    assertThat(read).containsExactly("one");
  }

  @Test
  void lettersAreRepairedInAFile() throws IOException {
    byte[] binary = {(byte) 0xff, 0, 1};
    publish(
        letter("d1", utf8("{\"time\":1,\n \"values\":[1.10,NULL]}"), "undecodable"),
        letter("d2", utf8("{\"time\":1,\n \"values\":[1.10,12345678901234567890]}"), "too-large"),
        letter(null, binary, "undecodable"));
    Path file = folder.resolve("letters.jsonl");

    assertThat(sandbox("replay", "--dead-letters-to", file.toString())).isZero();

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    assertThat(String.join("", lines)).contains("\"values\":[1.10,12345678901234567890]");
    assertThat(contents(readings)).as("nothing is published yet").isEmpty();
    Files.write(file, lines.stream().map(line -> line.replace("NULL", "2")).toList());

    assertThat(sandbox("replay", "--dead-letters-from", file.toString())).isZero();

    List<ConsumerRecord<byte[], byte[]>> published = contents(readings);
    assertThat(published).hasSize(3).allMatch(one -> one.timestamp() == TIME);
    assertThat(published.stream().filter(one -> one.key() == null))
        .singleElement()
        .extracting(ConsumerRecord::value)
        .isEqualTo(binary);
    assertThat(values(readings))
        .contains(
            "{\"time\":1,\n \"values\":[1.10,2]}",
            "{\"time\":1,\"values\":[1.10,12345678901234567890]}");
  }

  @Test
  void aFileThatIsThereIsNotWrittenOver() throws IOException {
    Path file = Files.writeString(folder.resolve("kept.jsonl"), "repaired by hand");
    assertThatThrownBy(() -> new DeadLetterReplay(clients, letters, Set.of()).export(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is there already");
    assertThat(file).hasContent("repaired by hand");
  }

  @Test
  void ofAFileWithABadLineNothingIsPublished() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bad.jsonl"), "{\"key\":\"d1\",\"value\":{}}\n{\"key\":\"d1\"}\n");
    try (ReadingPublisher publisher = new ReadingPublisher(clients, readings)) {
      assertThatThrownBy(() -> DeadLetterReplay.publish(file, publisher))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("bad.jsonl:2 has neither 'value' nor 'valueBase64'");
    }
    assertThat(contents(readings)).isEmpty();
  }

  @Test
  void theCommandListsAndPublishes() {
    publish(letter("d1", utf8("one"), "undecodable"));
    assertThat(sandbox("replay", "--dead-letters", "--list")).isZero();
    assertThat(contents(readings)).isEmpty();
    assertThat(sandbox("replay", "--dead-letters", "--reason", "undecodable", "--json")).isZero();
    assertThat(values(readings)).containsExactly("one");
  }

  @Test
  void whatToReplayIsNamedOnceAndKnown() {
    assertThat(sandbox("replay")).isEqualTo(2);
    assertThat(sandbox("replay", "--dead-letters", "--data", "any.csv")).isEqualTo(2);
    assertThat(sandbox("replay", "--dead-letters", "--reason", "ugly")).isEqualTo(2);
  }

  private int sandbox(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--bootstrap", broker.bootstrap(),
            "--topic-readings", readings,
            "--topic-dead-letters", letters));
    return Cli.run(new SandboxCommands(new StopSignal()), all.toArray(String[]::new));
  }
}
