package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.DeadLetterHeaders;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Reason;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.StreamerConfig.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bad records between good ones: every record is accepted or becomes one dead letter, and what is
 * said of the good ones' devices is the same to the bit as without the bad ones. {@code
 * -Dwhisker.fuzz=1000000} makes it that many bad records, {@code -Dwhisker.fuzz.seed} others.
 */
class BadInputTest {
  private static final Logger LOG = LoggerFactory.getLogger(BadInputTest.class);
  private static final int RECORDS = Integer.getInteger("whisker.fuzz", 10_000);
  private static final long SEED = Long.getLong("whisker.fuzz.seed", 1);
  private static final int ROUND = 500;
  private static final int GOOD_DEVICES = 5;
  private static final Set<String> REASONS =
      Arrays.stream(Reason.values()).map(Reason::code).collect(Collectors.toSet());

  private final Manifest manifest = TestStreamer.manifest(WindowSpec.of(1_000, 8, 4), "x", "y");
  private final TestStreamer disturbed = open();
  private final TestStreamer calm = open();
  private final Map<String, Long> letters = new HashMap<>();
  private long offset;
  private long uncertain;
  private long predicted;

  private TestStreamer open() {
    return new TestStreamer(manifest, new Overflowing(manifest), Path.of("unused"), Store.MEMORY);
  }

  @Test
  void everyBadRecordIsAcceptedOrOneDeadLetterAndDisturbsNoOtherDevice() {
    BadRecords bad = new BadRecords(SEED, 1_000, 100_000);
    Random random = new Random(SEED);
    long[] times = new long[GOOD_DEVICES];
    Arrays.fill(times, 1_780_000_000_000_000L);
    int rounds = RECORDS / ROUND;
    long start = System.nanoTime();
    for (int round = 0; round < rounds; round++) {
      long firstOffset = offset;
      double acceptedBefore = disturbed.count("whisker.readings");
      for (int i = 0; i < ROUND; i++) {
        disturbed.publish(bad.next());
        offset++;
        if (random.nextInt(5) == 0) {
          SensorReading good = good(random, times);
          disturbed.publish(good);
          calm.publish(good);
          offset++;
        }
      }
      int refused = checkLetters(firstOffset);
      assertThat(disturbed.count("whisker.readings") - acceptedBefore + refused)
          .as("accepted and refused")
          .isEqualTo(offset - firstOffset);
      compare();
      if (round % 10 == 9) {
        // Bad devices come without end: the silent ones must go.
        disturbed.pass(Duration.ofMinutes(11));
        calm.pass(Duration.ofMinutes(11));
        compare();
        assertThat(disturbed.stored("devices")).isZero();
        assertThat(disturbed.stored("samples")).isZero();
      }
      disturbed.drain();
      calm.drain();
      if (RECORDS > 100_000 && round % (rounds / 10) == 0) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        LOG.info(
            "{} bad records: heap after collection {} MB, {} records a second",
            round * ROUND,
            (runtime.totalMemory() - runtime.freeMemory()) >> 20,
            (long) (offset / ((System.nanoTime() - start) / 1e9)));
      }
    }
    LOG.info(
        "{} records, {} predictions, {} of them uncertain; dead letters {}",
        offset,
        predicted,
        uncertain,
        letters);
    // Else the fuzzer has missed what it is there for.
    assertThat(letters.keySet()).containsExactlyInAnyOrderElementsOf(REASONS);
    assertThat(uncertain).as("windows in which a network overflows").isPositive();
    disturbed.close();
    calm.close();
  }

  private static SensorReading good(Random random, long[] times) {
    int device = random.nextInt(GOOD_DEVICES);
    float[] values = new float[2 * (1 + random.nextInt(6))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    long time = times[device];
    times[device] += values.length / 2 * 1_000L + (random.nextInt(20) == 0 ? 7_000 : 0);
    return new SensorReading(
        BadRecords.SPARED + device, time, OptionalDouble.empty(), new Samples(values, 2), null);
  }

  private int checkLetters(long firstOffset) {
    Set<Long> offsets = new HashSet<>();
    List<TestRecord<byte[], byte[]>> all = disturbed.deadLetters();
    for (TestRecord<byte[], byte[]> letter : all) {
      assertThat(offsets.add(Long.parseLong(header(letter, DeadLetterHeaders.OFFSET))))
          .as("one letter a record")
          .isTrue();
      String reason = header(letter, DeadLetterHeaders.REASON);
      assertThat(REASONS).contains(reason);
      assertThat(header(letter, DeadLetterHeaders.MESSAGE)).isNotBlank().hasSizeLessThan(1_000);
      letters.merge(reason, 1L, Long::sum);
    }
    assertThat(offsets).allMatch(one -> one >= firstOffset && one < offset);
    return all.size();
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** The good devices' predictions and state changes are the same; the others' are sound. */
  private void compare() {
    List<Prediction> all = disturbed.predictions();
    for (Prediction prediction : all) {
      predicted++;
      uncertain += prediction.status() == Prediction.Status.UNCERTAIN ? 1 : 0;
      assertThat(prediction.confidence()).isBetween(0f, 1f);
      assertThat(prediction.probabilities().values()).allMatch(one -> one >= 0 && one <= 1);
      assertThat(prediction.filled()).isBetween(0f, 1f);
      assertThat(prediction.windowEndMicros())
          .isGreaterThanOrEqualTo(prediction.windowStartMicros());
    }
    assertThat(all.stream().filter(one -> one.device().startsWith(BadRecords.SPARED)))
        .containsExactlyElementsOf(calm.predictions());
    // Evictions come in the order in which the store lists the devices.
    Comparator<StateChange> order =
        Comparator.comparing(StateChange::device).thenComparing(StateChange::timeMicros);
    assertThat(
            disturbed.stateChanges().stream()
                .filter(one -> one.device().startsWith(BadRecords.SPARED))
                .sorted(order))
        .containsExactlyElementsOf(calm.stateChanges().stream().sorted(order).toList());
  }

  @Test
  void theFuzzerMakesTheSameRecordsForTheSameSeed() {
    BadRecords one = new BadRecords(3, 1_000, 100_000);
    BadRecords two = new BadRecords(3, 1_000, 100_000);
    for (int i = 0; i < 200; i++) {
      TestRecord<byte[], byte[]> record = one.next();
      TestRecord<byte[], byte[]> again = two.next();
      assertThat(record.key()).isEqualTo(again.key());
      assertThat(record.value()).isEqualTo(again.value());
    }
    assertThat(EnumSet.allOf(Reason.class)).hasSameSizeAs(REASONS);
  }

  /** Computes in 32-bit floats, as networks do: large values make it lose its numbers. */
  private static final class Overflowing implements SequenceClassifier {
    private final TestStreamer.BitClassifier bits;
    private final int values;

    Overflowing(Manifest manifest) {
      bits = new TestStreamer.BitClassifier(manifest);
      values = manifest.window().length() * manifest.channels().size();
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      bits.classify(windows, count, probabilities);
      for (int i = 0; i < count; i++) {
        float energy = 0;
        for (int v = i * values; v < (i + 1) * values; v++) {
          energy += windows[v] * windows[v];
        }
        if (!Float.isFinite(energy)) {
          Arrays.fill(probabilities, 2 * i, 2 * i + 2, Float.NaN);
        }
      }
    }

    @Override
    public void close() {}
  }
}
