package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.AvroFormat;
import dev.whisker.schemas.DeadLetterHeaders;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SchemaRegistry;
import dev.whisker.schemas.SensorReading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** The topology with Avro on all topics. */
class AvroTopologyTest {
  private static final WindowSpec SPEC = WindowSpec.of(1_000, 4, 2);

  /** Answers always; ids count from 1. */
  private static final class Registry implements SchemaRegistry {
    private final List<String> schemas = new ArrayList<>();

    @Override
    public Optional<String> schema(int id) {
      return id < 1 || id > schemas.size() ? Optional.empty() : Optional.of(schemas.get(id - 1));
    }

    @Override
    public int id(String subject, String schema) {
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      return schemas.indexOf(schema) + 1;
    }

    @Override
    public Optional<String> unanswered() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private static TestStreamer avro() {
    return new TestStreamer(TestStreamer.manifest(SPEC, "x", "y"), new AvroFormat(new Registry()));
  }

  private static List<SensorReading> readings() {
    List<SensorReading> readings = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      float value = (i / 10 == 1 ? -1 : 1) * (1 + i / 7f);
      readings.add(
          new SensorReading(
              "d" + i % 2,
              1_000_000 + i / 2 * 2_000L,
              i % 3 == 0 ? OptionalDouble.empty() : OptionalDouble.of(1_000),
              new Samples(new float[] {value, value, value, value}, 2),
              i % 5 == 0 ? null : "high"));
    }
    return readings;
  }

  @Test
  void itSaysOfReadingsInAvroWhatItSaysOfThemInJson() {
    try (TestStreamer json = new TestStreamer(TestStreamer.manifest(SPEC, "x", "y"));
        TestStreamer avro = avro()) {
      for (SensorReading reading : readings()) {
        json.publish(reading);
        avro.publish(reading);
      }
      assertThat(avro.predictions()).hasSize(2 * 14).isEqualTo(json.predictions());
      assertThat(avro.stateChanges()).isNotEmpty().isEqualTo(json.stateChanges());
      assertThat(avro.deadLetters()).isEmpty();
    }
  }

  @Test
  void whatCannotBeDecodedIsADeadLetterAndSpoilsNothing() {
    byte[] json = "{\"time\":0,\"values\":[1,2]}".getBytes(StandardCharsets.UTF_8);
    byte[] unknown = {0, 0, 0, 0, 99, 1, 2};
    try (TestStreamer avro = avro()) {
      List<SensorReading> readings = readings();
      avro.publish(readings.get(0));
      avro.publish("d0", json);
      avro.publish("d0", unknown);
      readings.subList(1, readings.size()).forEach(avro::publish);
      assertThat(avro.predictions()).hasSize(2 * 14);
      List<TestRecord<byte[], byte[]>> letters = avro.deadLetters();
      assertThat(letters).extracting(TestRecord::value).containsExactly(json, unknown);
      assertThat(letters)
          .extracting(letter -> header(letter, DeadLetterHeaders.REASON))
          .containsOnly("undecodable");
      assertThat(header(letters.get(0), DeadLetterHeaders.MESSAGE)).contains("--format json");
      assertThat(header(letters.get(1), DeadLetterHeaders.MESSAGE)).contains("schema id 99");
    }
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
