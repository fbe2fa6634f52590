package dev.whisker.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Records in Avro by Confluent's wire format, with their schemas in a registry: subject {@code
 * TOPIC-value}, as Confluent's and Apicurio's serializers have it by default. Closing it closes the
 * registry's client. Thread-safe, but for the decoders that it makes.
 */
public final class AvroFormat implements ValueFormat {
  private static final int USUAL_BYTES = 256;

  private final SchemaRegistry registry;
  private final Map<RecordType, Schema> schemas = new EnumMap<>(RecordType.class);
  private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();
  private final AvroRecords predictions;
  private final AvroRecords stateChanges;

  /** What is written by which schema. */
  private record Subject(String topic, RecordType type) {
    String name() {
      return topic + "-value";
    }
  }

  /** A format whose schemas are in a registry, which it then owns. */
  public AvroFormat(SchemaRegistry registry) {
    this.registry = registry;
    for (RecordType type : RecordType.values()) {
      schemas.put(type, new Schema.Parser().parse(type.avroSchema()));
    }
    this.predictions = new AvroRecords(schemas.get(RecordType.PREDICTION), registry);
    this.stateChanges = new AvroRecords(schemas.get(RecordType.STATE_CHANGE), registry);
  }

  @Override
  public ReadingDecoder readingDecoder(List<String> channels, int maxSamples, int maxBytes) {
    return new AvroReadingDecoder(
        schemas.get(RecordType.READING), registry, channels, maxSamples, maxBytes);
  }

  @Override
  public void prepare(String topic, RecordType type) {
    var unused = id(new Subject(topic, type));
  }

  private int id(Subject subject) {
    Integer known = ids.get(subject);
    if (known == null) {
      // Whoever comes meanwhile asks too, and gets the same answer.
      known = registry.id(subject.name(), schemas.get(subject.type()).toString());
      ids.put(subject, known);
    }
    return known;
  }

  @Override
  public byte[] encode(String topic, SensorReading reading) {
    return write(
        new Subject(topic, RecordType.READING),
        out -> {
          optional(out, reading.device());
          out.writeLong(reading.timeMicros());
          out.writeIndex(reading.periodMicros().isPresent() ? 1 : 0);
          if (reading.periodMicros().isPresent()) {
            out.writeDouble(reading.periodMicros().getAsDouble());
          }
          float[] values = reading.samples().values();
          out.writeArrayStart();
          out.setItemCount(values.length);
          for (float value : values) {
            out.startItem();
            out.writeFloat(value);
          }
          out.writeArrayEnd();
          optional(out, reading.label());
        });
  }

  @Override
  public byte[] encode(String topic, Prediction prediction) {
    return write(
        new Subject(topic, RecordType.PREDICTION),
        out -> {
          out.writeString(prediction.device());
          out.writeLong(prediction.windowStartMicros());
          out.writeLong(prediction.windowEndMicros());
          out.writeString(prediction.label());
          out.writeFloat(prediction.confidence());
          out.writeMapStart();
          out.setItemCount(prediction.probabilities().size());
          for (Map.Entry<String, Float> entry : prediction.probabilities().entrySet()) {
            out.startItem();
            out.writeString(entry.getKey());
            out.writeFloat(entry.getValue());
          }
          out.writeMapEnd();
          out.writeEnum(prediction.status().ordinal());
          out.writeString(prediction.stableLabel());
          out.writeFloat(prediction.filled());
          out.writeString(prediction.model());
          out.writeString(prediction.modelVersion());
          optional(out, prediction.truth());
        });
  }

  @Override
  public byte[] encode(String topic, StateChange change) {
    return write(
        new Subject(topic, RecordType.STATE_CHANGE),
        out -> {
          out.writeString(change.device());
          out.writeString(change.from());
          out.writeString(change.to());
          out.writeLong(change.timeMicros());
          out.writeFloat(change.confidence());
          out.writeString(change.model());
          out.writeString(change.modelVersion());
        });
  }

  private static void optional(Encoder out, String text) throws IOException {
    out.writeIndex(text == null ? 0 : 1);
    if (text != null) {
      out.writeString(text);
    }
  }

  /** The fields of one record, in the order of its schema. */
  private interface Body {
    void write(Encoder out) throws IOException;
  }

  private byte[] write(Subject subject, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try {
      bytes.write(AvroRecords.MAGIC);
      bytes.write(ByteBuffer.allocate(Integer.BYTES).putInt(id(subject)).array());
      Encoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
      body.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Prediction decodePrediction(byte[] value) throws IOException {
    Map<String, Object> fields = fields(predictions, value);
    return new Prediction(
        (String) fields.get("device"),
        (Long) fields.get("windowStart"),
        (Long) fields.get("windowEnd"),
        (String) fields.get("label"),
        (Float) fields.get("confidence"),
        probabilities(fields),
        Prediction.Status.values()[(Integer) fields.get("status")],
        (String) fields.get("stableLabel"),
        (Float) fields.get("filled"),
        (String) fields.get("model"),
        (String) fields.get("modelVersion"),
        (String) fields.get("truth"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Float> probabilities(Map<String, Object> fields) {
    return (Map<String, Float>) fields.get("probabilities");
  }

  @Override
  public StateChange decodeStateChange(byte[] value) throws IOException {
    Map<String, Object> fields = fields(stateChanges, value);
    return new StateChange(
        (String) fields.get("device"),
        (String) fields.get("from"),
        (String) fields.get("to"),
        (Long) fields.get("time"),
        (Float) fields.get("confidence"),
        (String) fields.get("model"),
        (String) fields.get("modelVersion"));
  }

  private static Map<String, Object> fields(AvroRecords records, byte[] value) throws IOException {
    if (value == null) {
      throw new IOException("The record has no value; an Avro record was expected");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    try {
      synchronized (records) {
        records.read(
            value, (field, in, unit) -> fields.put(field.name(), any(field.schema(), in, unit)));
      }
    } catch (Refusal refusal) {
      throw new IOException(refusal.getMessage(), refusal);
    }
    return fields;
  }

  /** A value of any type that the two schemas have. */
  private static Object any(Schema schema, Decoder in, TimeUnit unit) throws IOException {
    return switch (schema.getType()) {
      case NULL -> {
        in.readNull();
        yield null;
      }
      case UNION -> any(schema.getTypes().get(in.readIndex()), in, unit);
      case STRING -> in.readString();
      case LONG -> TimeUnit.MICROSECONDS.convert(in.readLong(), unit);
      case FLOAT -> in.readFloat();
      case ENUM -> in.readEnum();
      case MAP -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (long count = in.readMapStart(); count > 0; count = in.mapNext()) {
          for (long i = 0; i < count; i++) {
            map.put(in.readString(), any(schema.getValueType(), in, unit));
          }
        }
        yield map;
      }
      default -> throw new IllegalStateException("There is a field of a new type " + schema);
    };
  }

  @Override
  public Optional<String> waitsFor() {
    return registry.unanswered();
  }

  @Override
  public void close() {
    registry.close();
  }
}
