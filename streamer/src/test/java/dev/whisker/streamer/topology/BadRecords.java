package dev.whisker.streamer.topology;

import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonCodec;
import dev.whisker.schemas.JsonReadingDecoder;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.apache.kafka.streams.test.TestRecord;

/** Records as no producer should publish them, endless and the same for the same seed. */
final class BadRecords {
  /** No bad record is an accepted reading of a device whose id begins like this. */
  static final String SPARED = "good-";

  private static final String[] VALUES = {
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "1e39",
    "-1e39",
    "1e30",
    "-1e30",
    "3.4028235e38",
    "1e-400",
    "-0.0",
    "0x10",
    "null",
    "\"1\"",
    "true",
    "1".repeat(1_500),
    "0." + "3".repeat(800)
  };
  private static final String[] TIMES = {
    "\"1601-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59.999999Z\"",
    "\"-999999999-01-01T00:00:00Z\"",
    "\"+999999999-12-31T23:59:59Z\"",
    "\"1969-12-31T23:59:59.9999999999999Z\"",
    "\"2026-02-30T00:00:00Z\"",
    "\"yesterday\"",
    "-11644473600000",
    "253402300799999",
    "9223372036854774",
    "-9223372036854774",
    "9223372036854775807",
    "1e300",
    "-1e18",
    "NaN",
    "null",
    "[]"
  };
  private static final String[] PERIODS = {
    "0", "-1", "1e-300", "1e15", "9e15", "1e300", "NaN", "\"1\"", "null", "0.5"
  };
  private static final String[] FRAGMENTS = {
    "\"time\":",
    "null",
    "[",
    "]",
    "{",
    "}",
    ",",
    "NaN",
    "-",
    "1e999",
    "\"",
    "\\u",
    "[[",
    "\\ud800",
    "\"device\":\"good-1\",",
    "\u0000",
    "\ud83d\ude00",
    "\"values\":[[1,2]]"
  };
  private static final int KINDS = 14;

  private final Random random;
  private final JsonReadingDecoder decoder;

  BadRecords(long seed, int maxSamples, int maxBytes) {
    random = new Random(seed);
    decoder = new JsonReadingDecoder(List.of("x", "y"), maxSamples, maxBytes);
  }

  /** The next one; key and value may be null. */
  TestRecord<byte[], byte[]> next() {
    while (true) {
      TestRecord<byte[], byte[]> record = any();
      boolean spared =
          decoder.decode(record.key(), record.value()) instanceof Decoded.Accepted accepted
              && accepted.reading().device().startsWith(SPARED);
      if (!spared) {
        return record;
      }
    }
  }

  private TestRecord<byte[], byte[]> any() {
    return switch (random.nextInt(KINDS)) {
      case 0 -> new TestRecord<>(bytes(20), bytes(300));
      case 1, 2 -> new TestRecord<>(key(), edited(good()));
      case 3 -> new TestRecord<>(key(), edited(avro()));
      case 4 -> new TestRecord<>(key(), random.nextInt(50) == 0 ? huge() : null);
      case 5 -> new TestRecord<>(key(), random.nextInt(10) == 0 ? deep() : new byte[0]);
      case 6 -> new TestRecord<>(wrongKey(), good());
      case 7, 8 -> json("1780000000000", null, one(VALUES), random.nextInt(16));
      case 9 -> json(one(TIMES), null, "1", random.nextInt(8));
      case 10 -> json("1780000000000", one(PERIODS), "1", random.nextInt(20));
      case 11 -> json("1780000000000", null, "1", random.nextInt(20) == 0 ? 1_200 : 3);
      case 12 ->
          text(
              key(),
              "{\"time\":1,\"time\":2,\"values\":[1],\"values\":[1,2],\"label\":\"a\","
                  + "\"label\":7,\"device\":\"bad-1\",\"device\":\"bad-2\"}");
      default -> new TestRecord<>(random.nextBoolean() ? null : key(), invalidText());
    };
  }

  private String one(String[] texts) {
    return texts[random.nextInt(texts.length)];
  }

  private byte[] bytes(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] key() {
    return ("bad-" + random.nextInt(40)).getBytes(StandardCharsets.UTF_8);
  }

  /** Of another device than the value's, no text, endless, empty or missing. */
  private byte[] wrongKey() {
    return switch (random.nextInt(5)) {
      case 0 -> (SPARED + 1).getBytes(StandardCharsets.UTF_8);
      case 1 -> new byte[] {(byte) 0xc3, 0x28, (byte) 0xff};
      case 2 -> "k".repeat(3_000).getBytes(StandardCharsets.UTF_8);
      case 3 -> new byte[0];
      default -> null;
    };
  }

  private byte[] good() {
    float[] values = new float[2 * (1 + random.nextInt(10))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return JsonCodec.encode(
        new SensorReading(
            "bad-" + random.nextInt(40),
            1_780_000_000_000_000L + random.nextInt(10_000_000),
            random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(700),
            new Samples(values, 2),
            random.nextBoolean() ? null : "low"));
  }

  /** A reading in Confluent's wire format, in a topic of JSON. */
  private byte[] avro() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 0, 0, 0, 1, 2, 10});
    out.writeBytes("bad-1".getBytes(StandardCharsets.UTF_8));
    for (long rest = 1_780_000_000_000_000L << 1; rest != 0; rest >>>= 7) {
      out.write((int) (rest & 0x7f | (rest > 0x7f ? 0x80 : 0)));
    }
    out.writeBytes(ByteBuffer.allocate(18).put((byte) 4).putFloat(1).putFloat(2).array());
    return out.toByteArray();
  }

  private byte[] huge() {
    return ("{\"time\":1,\"note\":\""
            + "x".repeat(random.nextInt(1_500_000))
            + "\",\"values\":[1,2]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] deep() {
    String open = random.nextBoolean() ? "[" : "{\"a\":";
    String field = random.nextBoolean() ? "values" : "note";
    return ("{\"time\":1,\"" + field + "\":" + open.repeat(1 + random.nextInt(15_000)))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Consecutive samples of which one is odd. */
  private TestRecord<byte[], byte[]> json(String time, String period, String odd, int samples) {
    StringBuilder text = new StringBuilder("{\"time\":").append(time);
    if (period != null) {
      text.append(",\"period\":").append(period);
    }
    text.append(",\"values\":[");
    int at = random.nextInt(samples + 1);
    for (int i = 0; i < samples; i++) {
      text.append(i == 0 ? "" : ",").append("[1.5,").append(i == at ? odd : "2.5").append(']');
    }
    return text(key(), text.append("]}").toString());
  }

  private static TestRecord<byte[], byte[]> text(byte[] key, String value) {
    return new TestRecord<>(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes that are no UTF-8, and half of a pair of surrogates. */
  private byte[] invalidText() {
    String half = random.nextBoolean() ? "\\ud800" : "bad\\udfff";
    byte[] value =
        ("{\"device\":\"" + half + "\",\"time\":1,\"values\":[1,2],\"label\":\"lab\"}")
            .getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      value[13 + random.nextInt(4)] = (byte) (0x80 | random.nextInt(0x80));
    }
    return value;
  }

  /** Changes one byte, cuts a part out, doubles a part, or puts a piece of JSON in, some times. */
  private byte[] edited(byte[] whole) {
    byte[] value = whole;
    for (int edits = 1 + random.nextInt(4); edits > 0 && value.length > 0; edits--) {
      int at = random.nextInt(value.length);
      int end = at + random.nextInt(Math.min(20, value.length - at) + 1);
      byte[] fragment = one(FRAGMENTS).getBytes(StandardCharsets.UTF_8);
      value =
          switch (random.nextInt(4)) {
            case 0 -> {
              byte[] changed = value.clone();
              changed[at] = (byte) random.nextInt();
              yield changed;
            }
            case 1 -> join(value, at, new byte[0], end);
            case 2 -> join(value, end, new byte[0], at);
            default -> join(value, at, fragment, end);
          };
    }
    return value;
  }

  /** The bytes up to one place, others, and the bytes from another place on. */
  private static byte[] join(byte[] value, int before, byte[] between, int after) {
    return ByteBuffer.allocate(before + between.length + value.length - after)
        .put(value, 0, before)
        .put(between)
        .put(value, after, value.length - after)
        .array();
  }
}
