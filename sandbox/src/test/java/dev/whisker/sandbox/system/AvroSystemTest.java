package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.AvroFormat;
import dev.whisker.schemas.DeadLetterHeaders;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.RecordType;
import dev.whisker.schemas.RegistryException;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SchemaRegistry;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.schemas.registry.HttpSchemaRegistry;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Avro with a real registry: Apicurio's, by Confluent's API. */
class AvroSystemTest {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir private static Path shared;
  private static RegistryProcess registry;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    Path jar = RegistryProcess.jar().orElse(null);
    Assumptions.assumeTrue(
        jar != null, "There is no schema registry to test with; mvn -Pregistry downloads one");
    registry = new RegistryProcess(jar, shared);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
    if (registry != null) {
      registry.close();
    }
  }

  private static SchemaRegistry client(boolean registers) {
    return new HttpSchemaRegistry(registry.confluentApi(), registers, note -> {});
  }

  private static Schema schema(RecordType type) {
    return new Schema.Parser().parse(type.avroSchema());
  }

  /** A newer producer's schema of readings: one field more. */
  private static Schema newer() {
    return new Schema.Parser()
        .parse(
            schema(RecordType.READING)
                .toString()
                .replace(
                    "\"fields\":[",
                    "\"fields\":[{\"name\":\"site\",\"type\":\"string\",\"default\":\"\"},"));
  }

  private static byte[] confluent(int id, GenericData.Record record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(id).array());
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, out);
    out.flush();
    return bytes.toByteArray();
  }

  private static void awaitWaiting(StreamerProcess streamer) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              assertThat(streamer.isAlive()).as(streamer::log).isTrue();
              return streamer.get("/health/ready").contains("schema registry");
            });
  }

  @Test
  void theWholeWayEqualsOfflineAndARegistryThatIsDownIsWaitedFor(@TempDir Path folder)
      throws Exception {
    Path data = shared.resolve("machines.csv.gz");
    Path model = GeneratedModel.train(data, shared);
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0);
    registry.awaitReady();
    try (Outage outage = new Outage(registry.confluentApi());
        ValueFormat format = new AvroFormat(client(false))) {
      WholeWay way =
          new WholeWay(
              broker.bootstrap(),
              "avro",
              data,
              model,
              folder,
              format,
              List.of("--schema-registry", outage.address()));
      try (StreamerProcess streamer = way.startStreamer("--format", "avro")) {
        awaitWaiting(streamer);
        outage.end();
        way.awaitReady(streamer);
        way.replay("--speed", "max");
        way.awaitPredictions(1);
        way.assertEqualsOffline();

        outage.begin();
        byte[] readable = windowOfANewerProducer(way, Bundle.read(model).manifest());
        publish(way.topic("readings"), "new", readable);
        publish(way.topic("readings"), "json", "{\"time\":0}".getBytes(StandardCharsets.UTF_8));
        publish(way.topic("readings"), "unknown", new byte[] {0, 0, 1, 2, 3, 4});
        awaitWaiting(streamer);
        TopicReader topics = new TopicReader(broker.bootstrap(), format);
        assertThat(topics.predictions(way.topic("predictions"))).hasSameSizeAs(way.expected());
        outage.end();
        await()
            .atMost(LONGEST)
            .until(
                () ->
                    topics.predictions(way.topic("predictions")).stream()
                        .map(Prediction::device)
                        .anyMatch("new"::equals));
        await().atMost(LONGEST).until(() -> topics.records(way.topic("dead-letters")).size() == 2);
        for (ConsumerRecord<byte[], byte[]> letter : topics.records(way.topic("dead-letters"))) {
          String key = new String(letter.key(), StandardCharsets.UTF_8);
          assertThat(key).isIn("json", "unknown");
          assertThat(
                  new String(
                      letter.headers().lastHeader(DeadLetterHeaders.MESSAGE).value(),
                      StandardCharsets.UTF_8))
              .contains(key.equals("json") ? "--format json" : "unknown to the registry");
        }
        assertThat(streamer.isReady()).isTrue();
        assertThat(streamer.stop()).as(streamer::log).isZero();
        assertThat(streamer.log())
            .contains("does not answer", "answers again")
            .doesNotContain("A stream thread has failed");
      }
    }
  }

  private static byte[] windowOfANewerProducer(WholeWay way, Manifest manifest) throws IOException {
    int id;
    try (SchemaRegistry producers = client(true)) {
      id = producers.id(way.topic("readings") + "-value", newer().toString());
    }
    int values = manifest.window().length() * manifest.channelNames().size();
    return confluent(
        id,
        new GenericRecordBuilder(newer())
            .set("site", "hall 2")
            .set("device", null)
            .set("time", 1_000_000L)
            .set("period", manifest.window().periodMicros())
            .set("values", Collections.nCopies(values, 0.5f))
            .set("label", null)
            .build());
  }

  private static void publish(String topic, String key, byte[] value) throws Exception {
    try (Producer<byte[], byte[]> producer = KafkaClients.of(broker.bootstrap()).producer()) {
      producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)).get();
    }
  }

  @Test
  void whatApicuriosSerializerWritesIsReadAndTheOtherWayRound() {
    registry.awaitReady();
    Map<String, Object> settings =
        Map.of(
            "apicurio.registry.url",
            registry.ownApi(),
            "apicurio.registry.auto-register",
            true,
            "apicurio.registry.use-specific-avro-reader",
            false);
    GenericRecord record =
        new GenericRecordBuilder(newer())
            .set("site", "hall 2")
            .set("device", "d1")
            .set("time", 5L)
            .set("period", null)
            .set("values", List.of(1f, 2f))
            .set("label", "l")
            .build();
    SensorReading reading =
        new SensorReading("d1", 5, OptionalDouble.empty(), new Samples(new float[] {1, 2}, 2), "l");
    try (ValueFormat format = new AvroFormat(client(true));
        AvroKafkaSerializer<GenericRecord> serializer = new AvroKafkaSerializer<>();
        AvroKafkaDeserializer<GenericRecord> deserializer = new AvroKafkaDeserializer<>()) {
      serializer.configure(settings, false);
      deserializer.configure(settings, false);
      assertThat(
              format
                  .readingDecoder(List.of("x", "y"), 10, 1_000)
                  .decode(null, serializer.serialize("apicurio", record)))
          .isEqualTo(new Decoded.Accepted(reading));
      GenericRecord read = deserializer.deserialize("whisker", format.encode("whisker", reading));
      assertThat(read.get("device")).hasToString("d1");
      assertThat(read.get("values")).isEqualTo(List.of(1f, 2f));
    }
  }

  @Test
  void schemasAreOnlyLookedUpIfThatIsWanted() {
    registry.awaitReady();
    String schema = schema(RecordType.PREDICTION).toString();
    try (SchemaRegistry looking = client(false);
        SchemaRegistry registering = client(true)) {
      assertThatThrownBy(() -> looking.id("guarded-value", schema))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("guarded-value")
          .hasMessageContaining("--register-schemas=true");
      assertThat(registry.ask("GET", "/subjects", null).body()).doesNotContain("guarded");
      // As the file is in the repository, with its spaces.
      int id = registering.id("guarded-value", RecordType.PREDICTION.avroSchema());
      assertThat(looking.id("guarded-value", schema)).isEqualTo(id);
    }
  }

  @Test
  void aNewVersionIsTakenAndOneThatOldReadersDoNotUnderstandIsNot() {
    registry.awaitReady();
    try (SchemaRegistry registering = client(true)) {
      registering.id("evolving-value", schema(RecordType.READING).toString());
      assertThat(
              registry
                  .ask("PUT", "/config/evolving-value", "{\"compatibility\":\"FULL_TRANSITIVE\"}")
                  .statusCode())
          .isEqualTo(200);
      int newer = registering.id("evolving-value", newer().toString());
      assertThat(registering.schema(newer)).get().asString().contains("site");
      String broken = newer().toString().replace("\"name\":\"time\"", "\"name\":\"at\"");
      assertThatThrownBy(() -> registering.id("evolving-value", broken))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("not compatible");
    }
  }
}
