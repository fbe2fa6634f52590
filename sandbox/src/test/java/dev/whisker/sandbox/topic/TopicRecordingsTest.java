package dev.whisker.sandbox.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.TestKafka;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.streamer.topology.ClusterAdmin;
import dev.whisker.trainer.command.TrainerCommands;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.RecordingLayout;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that are published to a topic and read back. */
class TopicRecordingsTest {
  @TempDir private static Path folder;
  private static TestKafka broker;
  private final List<String> notes = new ArrayList<>();

  @BeforeAll
  static void startBroker() {
    broker = TestKafka.start(folder.resolve("broker"));
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void replayedRecordingsAreReadBackAsTheyWereAndTrainedOn() {
    Path data = folder.resolve("machines.csv");
    sandbox(
        "generate",
        "--out",
        data,
        "--devices",
        6,
        "--first-device",
        1,
        "--seconds-per-state",
        "0.1");
    sandbox(
        "replay",
        "--data",
        data,
        "--speed",
        "max",
        "--bootstrap",
        broker.bootstrap(),
        "--topic-readings",
        "replayed");

    Recordings files = RecordingReader.read(List.of(data));
    Recordings topic = read("replayed", layout(List.of("x", "y", "z"), null));
    assertThat(topic.channels()).isEqualTo(files.channels());
    assertThat(topic.recordings()).hasSize(6);
    for (int d = 0; d < 6; d++) {
      Recording expected = files.recordings().get(d);
      Recording actual = topic.recordings().get(d);
      assertThat(actual.device()).isEqualTo(expected.device());
      assertThat(actual.values()).isEqualTo(expected.values());
      for (int i = 0; i < expected.samples(); i++) {
        assertThat(actual.timeMicros(i)).isEqualTo(expected.timeMicros(i));
        assertThat(actual.label(i)).isEqualTo(expected.label(i));
      }
    }
    assertThat(topic.sha256()).isEqualTo(files.sha256());
    assertThat(notes).isEmpty();
    assertThat(read("replayed", RecordingLayout.BY_CONTENT).channels())
        .as("replay writes no names")
        .containsExactly("c1", "c2", "c3");

    Path model = folder.resolve("m.whisker");
    assertThat(
            trainer(
                "train",
                "--data",
                "kafka:replayed",
                "--bootstrap",
                broker.bootstrap(),
                "--channels",
                "x,y,z",
                "--network",
                "dense",
                "--window",
                64,
                "--hop",
                64,
                "--epochs",
                1,
                "--out",
                model))
        .isZero();
    assertThat(Bundle.read(model).manifest().provenance().dataSha256()).isEqualTo(files.sha256());
    assertThat(
            trainer(
                "evaluate",
                "--model",
                model,
                "--data",
                "kafka:replayed",
                "--bootstrap",
                broker.bootstrap()))
        .isZero();
  }

  @Test
  void whatIsNoReadingAndWhatHasNoLabelIsCountedAndTold() {
    publish(
        "mixed",
        "no JSON",
        "{\"device\":\"d\",\"time\":0,\"values\":{\"y\":1,\"x\":2},\"label\":\"on\"}",
        "{\"device\":\"d\",\"time\":1,\"values\":[3,4]}",
        "{\"device\":\"d\",\"time\":2,\"values\":[3]}",
        "{\"device\":\"d\",\"time\":2,\"values\":[[3,4],[5,6]]}",
        "{\"device\":\"d\",\"time\":3,\"values\":[5,6]}{");
    Recordings recordings = read("mixed", RecordingLayout.BY_CONTENT);
    assertThat(recordings.channels()).containsExactly("y", "x");
    Recording d = recordings.recordings().get(0);
    assertThat(d.values()).containsExactly(1, 2, 3, 4);
    assertThat(d.label(0)).isEqualTo("on");
    assertThat(d.label(1)).isNull();
    assertThat(notes)
        .containsExactly(
            "Left out 2 record(s) of kafka:mixed as undecodable, first mixed-0@0: it has no values in"
                + " a JSON object",
            "Left out 1 record(s) of kafka:mixed as without-period, first mixed-0@4: 2 samples and no"
                + " 'period'; say it with --period",
            "Left out 1 record(s) of kafka:mixed as wrong-channels, first mixed-0@3: The model"
                + " expects 2 channels [y, x]; a sample has 1",
            "1 of 2 readings of kafka:mixed carry no label: nothing is trained or scored on them");
    assertThat(read("mixed", layout(null, 1_000.0)).recordings().get(0).samples()).isEqualTo(4);
  }

  @Test
  void aTopicThatIsMissingOrEmptyIsRefused() {
    assertThatThrownBy(() -> read("missing", RecordingLayout.BY_CONTENT))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "There is no topic missing at "
                + broker.bootstrap()
                + ". Check its name and --bootstrap");
    publish("empty");
    assertThatThrownBy(() -> read("empty", RecordingLayout.BY_CONTENT))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "The topic empty at "
                + broker.bootstrap()
                + " holds no reading. Publish some, for example with 'whisker replay'");
  }

  private static void publish(String topic, String... values) {
    KafkaClients clients = KafkaClients.of(broker.bootstrap());
    try (Admin admin = clients.admin();
        Producer<byte[], byte[]> producer = clients.producer()) {
      ClusterAdmin.ensure(admin, List.of(topic), 1, (short) 1);
      for (String value : values) {
        var unused =
            producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)));
      }
      producer.flush();
    }
  }

  private Recordings read(String topic, RecordingLayout layout) {
    notes.clear();
    return new RecordingReader(layout, Map.of("bootstrap.servers", broker.bootstrap()), notes::add)
        .readAll(List.of("kafka:" + topic));
  }

  private static RecordingLayout layout(List<String> channels, Double periodMicros) {
    return new RecordingLayout(
        null, null, null, null, null, channels, null, null, periodMicros, false);
  }

  private static void sandbox(Object... arguments) {
    assertThat(Cli.run(new SandboxCommands(new StopSignal()), strings(arguments))).isZero();
  }

  private static int trainer(Object... arguments) {
    return Cli.run(new TrainerCommands(), strings(arguments));
  }

  private static String[] strings(Object... arguments) {
    return List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
  }
}
