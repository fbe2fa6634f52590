package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class AvroFormatTest {
  private static final StateChange CHANGE =
      new StateChange("d1", "UNKNOWN", "heiß", 1_769_860_800_000_001L, 0.75f, "m", "v1");

  private final MemoryRegistry registry = new MemoryRegistry();
  private final AvroFormat format = new AvroFormat(registry);

  private static Prediction prediction(String truth) {
    Map<String, Float> probabilities = new LinkedHashMap<>();
    probabilities.put("zebra", 0.5f);
    probabilities.put("ant", 0.25f);
    probabilities.put("mole", 0.25f);
    return new Prediction(
        "d1",
        -5,
        1_769_860_800_500_000L,
        "zebra",
        0.5f,
        probabilities,
        Prediction.Status.UNCERTAIN,
        "ant",
        0.125f,
        "m",
        "v1",
        truth);
  }

  /** As any other program with Avro reads it. */
  private static GenericRecord generic(byte[] value, Schema writer, Schema reader)
      throws IOException {
    assertThat(value[0]).isZero();
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
    GenericRecord record = new GenericDatumReader<GenericRecord>(writer, reader).read(null, in);
    assertThat(in.isEnd()).isTrue();
    return record;
  }

  private static Schema schema(RecordType type) {
    return new Schema.Parser().parse(type.avroSchema());
  }

  @Test
  void aPredictionIsReadAsItWasWritten() throws IOException {
    for (String truth : new String[] {"mole", null}) {
      Prediction read = format.decodePrediction(format.encode("p", prediction(truth)));
      assertThat(read).isEqualTo(prediction(truth));
      assertThat(read.probabilities().keySet()).containsExactly("zebra", "ant", "mole");
    }
  }

  @Test
  void aStateChangeIsReadAsItWasWritten() throws IOException {
    assertThat(format.decodeStateChange(format.encode("c", CHANGE))).isEqualTo(CHANGE);
  }

  @Test
  void anyProgramWithAvroReadsThem() throws IOException {
    byte[] value = format.encode("p", prediction("mole"));
    assertThat(ByteBuffer.wrap(value).getInt(1)).isEqualTo(1);
    Schema schema = schema(RecordType.PREDICTION);
    GenericRecord read = generic(value, schema, schema);
    assertThat(read.get("windowEnd")).isEqualTo(1_769_860_800_500_000L);
    assertThat(read.get("status")).hasToString("UNCERTAIN");
    assertThat(read.get("truth")).hasToString("mole");

    SensorReading reading =
        new SensorReading("d1", 7, OptionalDouble.of(160), new Samples(new float[] {1, 2}, 2), "l");
    Schema readings = schema(RecordType.READING);
    GenericRecord sample = generic(format.encode("r", reading), readings, readings);
    assertThat(sample.get("period")).isEqualTo(160.0);
    assertThat(sample.get("values")).isEqualTo(List.of(1f, 2f));
    assertThat(sample.get("label")).hasToString("l");
  }

  @Test
  void theSubjectIsNamedAfterTheTopicAndAskedForOnce() {
    for (int i = 0; i < 3; i++) {
      format.encode("machines", prediction(null));
      format.encode("changes", CHANGE);
    }
    format.prepare("machines", RecordType.PREDICTION);
    assertThat(registry.subjects()).containsExactly("machines-value", "changes-value");
  }

  @Test
  void olderAndNewerSubscribersReadWhatThisVersionWrites() throws IOException {
    Schema written = schema(RecordType.STATE_CHANGE);
    byte[] value = format.encode("c", CHANGE);
    Schema newer =
        SchemaBuilder.record(written.getName())
            .namespace(written.getNamespace())
            .fields()
            .optionalString("site")
            .requiredString("to")
            .requiredLong("time")
            .endRecord();
    GenericRecord read = generic(value, written, newer);
    assertThat(read.get("to")).hasToString("heiß");
    assertThat(read.get("site")).isNull();
  }

  @Test
  void whatANewerVersionHasWrittenIsRead() throws IOException {
    Schema written = schema(RecordType.STATE_CHANGE);
    int plain = registry.add(written);
    byte[] value = format.encode("c", CHANGE);
    // A newer writer's record begins with one field more.
    String json =
        written
            .toString()
            .replace("\"fields\":[", "\"fields\":[{\"name\":\"site\"," + "\"type\":\"int\"},");
    int newer = registry.add(json);
    assertThat(newer).isNotEqualTo(plain);
    byte[] longer = new byte[value.length + 1];
    ByteBuffer.wrap(longer)
        .put((byte) 0)
        .putInt(newer)
        .put((byte) 84)
        .put(value, 5, value.length - 5);
    assertThat(format.decodeStateChange(longer)).isEqualTo(CHANGE);
  }

  @Test
  void whatIsNoneIsTold() {
    assertThatThrownBy(() -> format.decodePrediction(null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no value");
    assertThatThrownBy(() -> format.decodePrediction(JsonCodec.encode(prediction(null))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("--format json");
    byte[] change = format.encode("c", CHANGE);
    assertThatThrownBy(() -> format.decodePrediction(change))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("StateChange");
  }
}
