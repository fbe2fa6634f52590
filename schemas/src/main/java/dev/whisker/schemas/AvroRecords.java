package dev.whisker.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;

/**
 * Reads records of one type in Confluent's wire format, whatever schema they were written by:
 *
 * <pre>
 *   byte  0      0
 *   bytes 1 - 4  the id of the writer's schema in the registry, the highest byte first
 *   the rest     one record in Avro's binary encoding
 * </pre>
 *
 * <p>What the writer's schema has more is passed over, what it has less takes its default. Not
 * thread-safe.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Confluent:
 *     wire format</a>
 */
final class AvroRecords {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** An id that is unknown may be known after this. */
  private static final long UNKNOWN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Whoever writes ids at random must not fill the memory. */
  private static final int MOST_WRITERS = 1_000;

  private final Schema reader;
  private final long fingerprint;
  private final SchemaRegistry registry;
  private final AvroInput input = new AvroInput();
  private final Map<Integer, Writer> writers = new HashMap<>();

  AvroRecords(Schema reader, SchemaRegistry registry) {
    this.reader = reader;
    this.fingerprint = SchemaNormalization.parsingFingerprint64(reader);
    this.registry = registry;
  }

  /** Takes the fields of a record, in any order. */
  interface Fields {
    /**
     * Takes one field.
     *
     * @param in stands before the field's value, which is to be read
     * @param unit what a time of this field is written in
     */
    void read(Schema.Field field, Decoder in, TimeUnit unit) throws IOException, Refusal;
  }

  /**
   * Reads one record.
   *
   * @throws Refusal if the bytes are no such record
   */
  void read(byte[] value, Fields fields) throws Refusal {
    if (value.length < HEADER_BYTES || value[0] != MAGIC) {
      throw undecodable(
          "The value does not begin with byte 0 and the four bytes of a schema id, as Avro in"
              + " Confluent's wire format does"
              + (value.length > 0 && value[0] == '{'
                  ? "; it looks like JSON, which --format json reads"
                  : ""));
    }
    int id = ByteBuffer.wrap(value).getInt(1);
    Writer writer = writer(id);
    if (writer.problem != null) {
      throw undecodable(writer.problem);
    }
    input.open(value, HEADER_BYTES);
    try {
      if (writer.resolving == null) {
        for (Schema.Field field : reader.getFields()) {
          fields.read(field, input, writer.units[field.pos()]);
        }
      } else {
        writer.resolving.configure(input);
        for (Schema.Field field : writer.resolving.readFieldOrder()) {
          fields.read(field, writer.resolving, writer.units[field.pos()]);
        }
        writer.resolving.drain();
      }
    } catch (CharacterCodingException e) {
      throw undecodable("A text in the value is no UTF-8");
    } catch (EOFException e) {
      throw undecodable("The value ends too early for schema " + id + ": " + e.getMessage());
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw undecodable("The value does not fit schema " + id + ": " + e.getMessage());
    }
    if (input.left() > 0) {
      throw undecodable(
          "The value goes on for " + input.left() + " bytes after its record of schema " + id);
    }
  }

  private static Refusal undecodable(String message) {
    return new Refusal(Reason.UNDECODABLE, message);
  }

  private Writer writer(int id) {
    Writer known = writers.get(id);
    if (known == null || known.unknown && System.nanoTime() - known.foundNanos > UNKNOWN_NANOS) {
      if (writers.size() >= MOST_WRITERS) {
        writers.clear();
      }
      known = resolve(id);
      writers.put(id, known);
    }
    return known;
  }

  private Writer resolve(int id) {
    Optional<String> found = registry.schema(id);
    if (found.isEmpty()) {
      return Writer.none(
          "The value's schema id " + id + " is unknown to the registry; is it another registry's?",
          true);
    }
    Schema schema;
    try {
      schema =
          new Schema.Parser(NameValidator.NO_VALIDATION)
              .setValidateDefaults(false)
              .parse(found.get());
    } catch (AvroRuntimeException e) {
      return Writer.none("Schema " + id + " of the registry is no Avro: " + e.getMessage(), false);
    }
    if (schema.getType() != Schema.Type.RECORD) {
      return Writer.none(
          "Schema " + id + " is " + schema.getFullName() + "; " + reader.getName() + " is expected",
          false);
    }
    List<Schema.Field> fields = reader.getFields();
    TimeUnit[] units = new TimeUnit[fields.size()];
    for (Schema.Field field : fields) {
      Schema.Field written = schema.getField(field.name());
      if (field.schema().getLogicalType() != null && written != null) {
        units[field.pos()] = unit(written.schema());
        if (units[field.pos()] == null) {
          return Writer.none(
              "'"
                  + field.name()
                  + "' has no logical type that is a timestamp in schema "
                  + id
                  + "; timestamp-micros is expected",
              false);
        }
      }
    }
    try {
      return new Writer(
          SchemaNormalization.parsingFingerprint64(schema) == fingerprint
              ? null
              : DecoderFactory.get().resolvingDecoder(schema, reader, input),
          units,
          null,
          false);
    } catch (IOException | AvroRuntimeException e) {
      return Writer.none(
          "Schema " + id + " cannot be read as " + reader.getName() + ": " + e.getMessage(), false);
    }
  }

  /** The unit of a time, in a union too; null: it is none. */
  private static TimeUnit unit(Schema schema) {
    if (schema.isUnion()) {
      return schema.getTypes().stream()
          .filter(branch -> branch.getType() == Schema.Type.LONG)
          .findFirst()
          .map(AvroRecords::unit)
          .orElse(null);
    }
    LogicalType type = schema.getLogicalType();
    if (type instanceof LogicalTypes.TimestampMicros) {
      return TimeUnit.MICROSECONDS;
    }
    if (type instanceof LogicalTypes.TimestampMillis) {
      return TimeUnit.MILLISECONDS;
    }
    return type instanceof LogicalTypes.TimestampNanos ? TimeUnit.NANOSECONDS : null;
  }

  /** How records of one writer's schema are read, or why they are not. */
  private static final class Writer {
    /** Null: the schema is the reader's own. */
    private final ResolvingDecoder resolving;

    private final TimeUnit[] units;
    private final String problem;
    private final boolean unknown;
    private final long foundNanos = System.nanoTime();

    Writer(ResolvingDecoder resolving, TimeUnit[] units, String problem, boolean unknown) {
      this.resolving = resolving;
      this.units = units;
      this.problem = problem;
      this.unknown = unknown;
    }

    static Writer none(String problem, boolean unknown) {
      return new Writer(null, null, problem, unknown);
    }
  }
}
