package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class JsonReadingPropertiesTest {
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
    "true",
    "[[",
    "\"device\":\"d2\"",
    "0",
    "\ud83d\ude00",
    "\u0000"
  };

  private final JsonReadingDecoder decoder = new JsonReadingDecoder(List.of("x", "y"), 50, 10_000);

  private static SensorReading random(Random random, int channels) {
    float[] values = new float[channels * (1 + random.nextInt(40))];
    for (int i = 0; i < values.length; i++) {
      do {
        values[i] =
            random.nextBoolean()
                ? Float.intBitsToFloat(random.nextInt())
                : (float) random.nextGaussian();
      } while (!Float.isFinite(values[i]));
    }
    OptionalDouble period =
        switch (random.nextInt(3)) {
          case 0 -> OptionalDouble.empty();
          case 1 -> OptionalDouble.of(1 + random.nextInt(1_000_000));
          default -> OptionalDouble.of(random.nextDouble() * 10_000 + 1e-9);
        };
    long timeMicros = random.nextLong() >> 2 + random.nextInt(50);
    String label = random.nextBoolean() ? null : text(random);
    return new SensorReading(
        text(random), timeMicros, period, new Samples(values, channels), label);
  }

  /** At least one character of the Basic Latin, or any assigned plane. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= random.nextInt(12); i++) {
      int codePoint = random.nextInt(random.nextBoolean() ? 0x80 : 0x20000);
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        text.appendCodePoint(codePoint);
      }
    }
    return text.append('d').toString();
  }

  @Property(tries = 500)
  void whatIsEncodedIsDecodedBitForBit(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int n) {
    SensorReading reading = random(new Random(seed), n);
    List<String> channels = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i").subList(0, n);
    Decoded decoded =
        new JsonReadingDecoder(channels, 40, 1_000_000)
            .decode(reading.device().getBytes(StandardCharsets.UTF_8), JsonCodec.encode(reading));
    // Samples compare their floats by their bits.
    assertThat(decoded).isEqualTo(new Decoded.Accepted(reading));
  }

  @Property(tries = 2_000)
  void randomBytesAreRefused(@ForAll byte[] key, @ForAll @Size(max = 200) byte[] value) {
    assertThat(decoder.decode(key, value)).isInstanceOf(Decoded.Refused.class);
  }

  @Property(tries = 2_000)
  void whateverBecomesOfAReadingItIsAcceptedOrRefused(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] value = JsonCodec.encode(random(random, 2));
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      value = edit(value, random);
    }
    byte[] key = random.nextBoolean() ? null : "d1".getBytes(StandardCharsets.UTF_8);
    Decoded decoded = decoder.decode(key, value);
    if (decoded instanceof Decoded.Refused refused) {
      assertThat(refused.reason()).isNotNull();
      assertThat(refused.message()).isNotBlank().hasSizeLessThan(1_000);
    } else {
      SensorReading reading = ((Decoded.Accepted) decoded).reading();
      assertThat(reading.device()).isNotEmpty();
      assertThat(reading.samples().channels()).isEqualTo(2);
      assertThat(reading.samples().count()).isPositive();
      for (float one : reading.samples().values()) {
        assertThat(one).isFinite();
      }
      // What was accepted can be written.
      JsonCodec.encode(reading);
    }
  }

  /** Changes one byte, cuts a part out, doubles a part, or puts a piece of JSON in. */
  private static byte[] edit(byte[] value, Random random) {
    if (value.length == 0) {
      return value;
    }
    int at = random.nextInt(value.length);
    int end = at + random.nextInt(Math.min(20, value.length - at) + 1);
    byte[] fragment = FRAGMENTS[random.nextInt(FRAGMENTS.length)].getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(4)) {
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

  /** The bytes up to one place, others, and the bytes from another place on. */
  private static byte[] join(byte[] value, int before, byte[] between, int after) {
    byte[] joined = new byte[before + between.length + value.length - after];
    System.arraycopy(value, 0, joined, 0, before);
    System.arraycopy(between, 0, joined, before, between.length);
    System.arraycopy(value, after, joined, before + between.length, value.length - after);
    return joined;
  }
}
