package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroReadingDecoderTest {
  private static final byte[] KEY = "d1".getBytes(StandardCharsets.UTF_8);
  private static final SensorReading READING =
      new SensorReading(
          "d1", 1_000, OptionalDouble.of(160), new Samples(new float[] {1, 2, 3, 4}, 2), "l");

  private final MemoryRegistry registry = new MemoryRegistry();
  private final AvroFormat format = new AvroFormat(registry);
  private final ReadingDecoder decoder = format.readingDecoder(List.of("x", "y"), 50, 10_000);

  // schemas of other programs, and what they write

  private static String field(String name, String type) {
    return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
  }

  private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
  private static final String FLOATS = "{\"type\":\"array\",\"items\":\"float\"}";

  private static Schema schema(String... fields) {
    return new Schema.Parser()
        .parse(
            "{\"type\":\"record\",\"name\":\"SensorReading\",\"namespace\":\"dev.whisker.schemas\","
                + "\"fields\":["
                + String.join(",", fields)
                + "]}");
  }

  private static Schema released(String resource) {
    try (InputStream in = AvroReadingDecoderTest.class.getResourceAsStream(resource)) {
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Avro's own writer makes of names and values in turn. */
  private byte[] write(Schema schema, Object... namesAndValues) {
    GenericRecordBuilder record = new GenericRecordBuilder(schema);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      record.set((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return write(schema, record.build());
  }

  private byte[] write(Schema schema, GenericData.Record record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      bytes.write(0);
      bytes.write(ByteBuffer.allocate(4).putInt(registry.add(schema)).array());
      BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(schema).write(record, out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private SensorReading reading(byte[] value) {
    Decoded decoded = decoder.decode(KEY, value);
    assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
    return ((Decoded.Accepted) decoded).reading();
  }

  private static void assertRefused(Decoded decoded, Reason reason, String... parts) {
    assertThat(decoded).isInstanceOf(Decoded.Refused.class);
    Decoded.Refused refused = (Decoded.Refused) decoded;
    assertThat(refused.reason()).as(refused.message()).isEqualTo(reason);
    for (String part : parts) {
      assertThat(refused.message()).contains(part);
    }
  }

  private void assertRefused(byte[] value, Reason reason, String... parts) {
    assertRefused(decoder.decode(KEY, value), reason, parts);
  }

  private byte[] ofThisVersion(Object... namesAndValues) {
    return write(released("/dev/whisker/schemas/SensorReading.avsc"), namesAndValues);
  }

  // this version's own readings

  @Test
  void aReadingIsReadAsItWasWritten() {
    assertThat(reading(format.encode("r", READING))).isEqualTo(READING);
  }

  @Test
  void whatMayBeLeftOutMayBeNull() {
    assertThat(reading(ofThisVersion("time", 5L, "values", List.of(1f, 2f))))
        .isEqualTo(
            new SensorReading(
                "d1", 5, OptionalDouble.empty(), new Samples(new float[] {1, 2}, 2), null));
  }

  @Test
  void theRegistryIsAskedOncePerSchema() {
    for (int i = 0; i < 5; i++) {
      reading(format.encode("r", READING));
    }
    assertThat(registry.asked()).isEqualTo(1);
  }

  @Property(tries = 300)
  void whatIsEncodedIsDecodedBitForBit(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int channels) {
    Random random = new Random(seed);
    float[] values = new float[channels * (1 + random.nextInt(40))];
    for (int i = 0; i < values.length; i++) {
      do {
        values[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[i]));
    }
    SensorReading reading =
        new SensorReading(
            "d" + seed,
            random.nextLong(),
            random.nextBoolean()
                ? OptionalDouble.empty()
                : OptionalDouble.of(random.nextDouble() + 1e-9),
            new Samples(values, channels),
            random.nextBoolean() ? null : "läbel");
    List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
    assertThat(
            format
                .readingDecoder(names.subList(0, channels), 40, 1_000_000)
                .decode(null, format.encode("r", reading)))
        .isEqualTo(new Decoded.Accepted(reading));
  }

  // readings of other versions and programs

  @Test
  void anOldWritersReadingTakesTheDefaultsOfWhatItLacks() {
    Schema old = schema(field("time", MICROS), field("values", FLOATS));
    assertThat(reading(write(old, "time", 5L, "values", List.of(1f, 2f))))
        .isEqualTo(
            new SensorReading(
                "d1", 5, OptionalDouble.empty(), new Samples(new float[] {1, 2}, 2), null));
  }

  @Test
  void aNewWritersReadingIsReadWithoutWhatIsNew() {
    Schema newer =
        schema(
            field(
                "site",
                "{\"type\":\"record\",\"name\":\"Site\",\"fields\":["
                    + field(
                        "tags",
                        "{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"int\"}}")
                    + "]}"),
            field("label", "\"string\""),
            field("values", FLOATS),
            field("quality", "[\"null\",\"double\"]"),
            field("time", MICROS),
            field("period", "\"int\""),
            field("device", "\"string\""),
            field("raw", "\"bytes\""));
    GenericRecord site = new GenericData.Record(newer.getField("site").schema());
    site.put("tags", Map.of("a", List.of(1, 2, 3)));
    byte[] value =
        write(
            newer,
            "site",
            site,
            "label",
            "l",
            "values",
            List.of(1f, 2f, 3f, 4f),
            "quality",
            0.5,
            "time",
            1_000L,
            "period",
            160,
            "device",
            "d1",
            "raw",
            ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(reading(value)).isEqualTo(READING);
  }

  @Test
  void anOlderVersionOfThisProgramReadsWhatANewOneWrites() {
    Schema older = released("/released/1/SensorReading.avsc");
    Schema newer =
        new Schema.Parser()
            .parse(
                older
                    .toString()
                    .replace(
                        "\"fields\":[",
                        "\"fields\":[{\"name\":\"site\",\"type\":\"string\",\"default\":\"\"},"));
    byte[] value =
        write(
            newer,
            "site",
            "s",
            "device",
            "d1",
            "time",
            1_000L,
            "period",
            160.0,
            "values",
            List.of(1f, 2f, 3f, 4f),
            "label",
            "l");
    ReadingDecoder old = new AvroReadingDecoder(older, registry, List.of("x", "y"), 50, 10_000);
    assertThat(old.decode(KEY, value)).isEqualTo(new Decoded.Accepted(READING));
  }

  @Test
  void wholeNumbersAreReadAsFloats() {
    Schema counts =
        schema(field("time", MICROS), field("values", "{\"type\":\"array\",\"items\":\"int\"}"));
    assertThat(reading(write(counts, "time", 5L, "values", List.of(1, 2))).samples())
        .isEqualTo(new Samples(new float[] {1, 2}, 2));
  }

  @ParameterizedTest
  @CsvSource({"timestamp-millis,5000", "timestamp-micros,5", "timestamp-nanos,0"})
  void aTimeIsTakenInTheUnitThatItsSchemaSays(String type, long micros) {
    Schema own =
        schema(
            field("time", "{\"type\":\"long\",\"logicalType\":\"" + type + "\"}"),
            field("values", FLOATS));
    assertThat(reading(write(own, "time", 5L, "values", List.of(1f, 2f))).timeMicros())
        .isEqualTo(micros);
  }

  @Test
  void aTimeWithoutAUnitIsNotGuessed() {
    Schema bare = schema(field("time", "\"long\""), field("values", FLOATS));
    assertRefused(
        write(bare, "time", 5L, "values", List.of(1f, 2f)),
        Reason.UNDECODABLE,
        "'time'",
        "timestamp-micros");
  }

  @Test
  void aSchemaThatDoesNotFitIsRefusedWithItsId() {
    Schema doubles =
        schema(field("time", MICROS), field("values", "{\"type\":\"array\",\"items\":\"double\"}"));
    assertRefused(
        write(doubles, "time", 5L, "values", List.of(1.0, 2.0)),
        Reason.UNDECODABLE,
        "does not fit schema " + registry.add(doubles));
    Schema timeless = schema(field("values", FLOATS));
    assertRefused(write(timeless, "values", List.of(1f, 2f)), Reason.UNDECODABLE, "schema", "time");
    int protobuf = registry.add("syntax = \"proto3\";");
    assertRefused(header(protobuf), Reason.UNDECODABLE, "is no Avro");
    int text = registry.add("\"string\"");
    assertRefused(header(text), Reason.UNDECODABLE, "SensorReading is expected");
  }

  // what is refused

  private static byte[] header(int id, int... rest) {
    ByteBuffer bytes = ByteBuffer.allocate(5 + rest.length).put((byte) 0).putInt(id);
    for (int one : rest) {
      bytes.put((byte) one);
    }
    return bytes.array();
  }

  @Test
  void whatIsNotInConfluentsFormatIsUndecodable() {
    assertRefused((byte[]) null, Reason.UNDECODABLE, "no value");
    assertRefused(new byte[0], Reason.UNDECODABLE, "byte 0");
    assertRefused(new byte[] {0, 0, 0, 1}, Reason.UNDECODABLE, "schema id");
    assertRefused(new byte[] {1, 0, 0, 0, 1, 2}, Reason.UNDECODABLE, "byte 0");
    assertRefused(JsonCodec.encode(READING), Reason.UNDECODABLE, "--format json");
  }

  @Test
  void anUnknownIdIsUndecodableAndNotAskedForAgainAtOnce() {
    for (int i = 0; i < 5; i++) {
      assertRefused(header(77, 0, 0), Reason.UNDECODABLE, "schema id 77 is unknown");
    }
    assertThat(registry.asked()).isEqualTo(1);
  }

  @Test
  void everyTruncatedAndEveryLongerReadingIsUndecodable() {
    byte[] whole = format.encode("r", READING);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(Arrays.copyOf(whole, length), Reason.UNDECODABLE);
    }
    assertRefused(
        Arrays.copyOf(whole, whole.length + 3), Reason.UNDECODABLE, "goes on for 3 bytes");
    assertThat(reading(whole)).isEqualTo(READING);
  }

  @Test
  void lengthsAreNotBelievedBeforeTheBytesAreThere() {
    int id = registry.id("r-value", released("/dev/whisker/schemas/SensorReading.avsc").toString());
    // 'device' has two billion bytes; 'values' has as many items; an endless number.
    assertRefused(header(id, 2, 0xfe, 0xff, 0xff, 0xff, 0x0f), Reason.UNDECODABLE, "too early");
    assertRefused(
        header(id, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 1), Reason.UNDECODABLE, "announced");
    assertRefused(
        header(id, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
        Reason.UNDECODABLE,
        "longer than 64 bits");
  }

  @Test
  void aTextThatIsNoUtf8IsUndecodable() {
    int id = registry.id("r-value", released("/dev/whisker/schemas/SensorReading.avsc").toString());
    assertRefused(header(id, 2, 4, 0xc3, 0x28), Reason.UNDECODABLE, "no UTF-8");
  }

  @Test
  void theRulesAreThoseOfJson() {
    List<Float> two = List.of(1f, 2f);
    assertRefused(
        ofThisVersion("device", "d2", "time", 1L, "values", two),
        Reason.DEVICE_MISMATCH,
        "'d1'",
        "'d2'");
    assertRefused(decoder.decode(null, ofThisVersion("time", 1L, "values", two)), Reason.NO_DEVICE);
    assertRefused(ofThisVersion("time", 1L, "values", List.of()), Reason.UNDECODABLE, "'values'");
    assertRefused(
        ofThisVersion("time", 1L, "values", List.of(1f, 2f, 3f)),
        Reason.WRONG_CHANNELS,
        "2 channels",
        "3 values");
    assertRefused(
        ofThisVersion("time", 1L, "values", List.of(1f, Float.NaN)), Reason.NOT_FINITE, "'y'");
    assertRefused(
        ofThisVersion("time", 1L, "period", 0.0, "values", two), Reason.UNDECODABLE, "'period'");
    assertRefused(
        ofThisVersion("time", 1L, "values", two, "label", "l".repeat(2_000)),
        Reason.TOO_LARGE,
        "'label'");
    assertRefused(
        ofThisVersion("time", 1L, "values", Collections.nCopies(102, 1f)),
        Reason.TOO_LARGE,
        "50 samples");
    assertRefused(new byte[10_001], Reason.TOO_LARGE, "10001 bytes");
  }

  @Test
  void aRefusedReadingDoesNotSpoilTheNextOne() {
    byte[] whole = format.encode("r", READING);
    assertRefused(Arrays.copyOf(whole, whole.length - 3), Reason.UNDECODABLE);
    assertThat(reading(ofThisVersion("time", 5L, "values", List.of(7f, 8f))))
        .isEqualTo(
            new SensorReading(
                "d1", 5, OptionalDouble.empty(), new Samples(new float[] {7, 8}, 2), null));
  }

  @Property(tries = 1_000)
  void whateverBecomesOfAReadingItIsAcceptedOrRefused(
      @ForAll long seed, @ForAll @Size(max = 20) byte[] noise) {
    Random random = new Random(seed);
    Schema newer =
        schema(
            field("tags", "{\"type\":\"map\",\"values\":\"string\"}"),
            field("time", MICROS),
            field("values", FLOATS));
    byte[] value =
        random.nextBoolean()
            ? format.encode("r", READING)
            : write(newer, "tags", Map.of("a", "b"), "time", 5L, "values", List.of(1f, 2f));
    for (byte one : noise) {
      value[5 + random.nextInt(value.length - 5)] = one;
    }
    Decoded decoded = decoder.decode(KEY, value);
    if (decoded instanceof Decoded.Refused refused) {
      assertThat(refused.message()).isNotBlank();
    } else {
      SensorReading reading = ((Decoded.Accepted) decoded).reading();
      assertThat(reading.samples().channels()).isEqualTo(2);
      for (float one : reading.samples().values()) {
        assertThat(one).isFinite();
      }
    }
  }
}
