package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.StreamerConfig.Guarantee;
import dev.whisker.streamer.config.StreamerConfig.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.utils.Bytes;

/**
 * Crashes without transactions, worse than any real one: readings are read again from the last
 * commit on, in batches of other sizes; every key of every store holds, on its own, what it held at
 * that commit or at any moment since; of what was published since then any records are lost.
 */
class CrashTest {
  private static final long T0 = 1_780_000_000_000_000L;
  private static final String[] STORES = {"devices", "samples", "labels", "recurrent-states"};

  @Property(tries = 150)
  void nothingIsMissingAndRepeatsSayTheSame(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll @IntRange(min = 1, max = 12) int hop,
      @ForAll @IntRange(min = 0, max = 3) int gracePeriods,
      @ForAll @IntRange(min = 1, max = 24) int shortest) {
    WindowSpec spec =
        new WindowSpec(
            1_000,
            length,
            Math.min(hop, length),
            5,
            gracePeriods * 1_000L,
            0.8,
            Math.min(shortest, length));
    Manifest manifest = TestStreamer.filtering(spec, 0.85, "x");
    crash(manifest, new TestStreamer.BitClassifier(manifest), new Random(seed));
  }

  @Property(tries = 80)
  void aModelThatCarriesStateIsTakenBackToo(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int length,
      @ForAll @IntRange(min = 0, max = 3) int gracePeriods) {
    WindowSpec spec = new WindowSpec(1_000, length, length, 5, gracePeriods * 1_000L, 0.8);
    Manifest manifest = TestStreamer.manifest(spec, "x").withState(new Manifest.State(1, 1));
    crash(manifest, new TestStreamer.MemoryClassifier(manifest), new Random(seed));
  }

  private static void crash(Manifest manifest, SequenceClassifier classifier, Random random) {
    List<SensorReading> readings = readings(random);
    Map<String, Object> expected = new LinkedHashMap<>();
    try (TestStreamer undisturbed = open(manifest, classifier, new RecentPoints.Room(0))) {
      readings.forEach(undisturbed::publish);
      said(undisturbed).forEach(one -> expected.put(key(one), one));
    }
    List<Object> received = new ArrayList<>();
    Map<String, Map<Bytes, byte[]>> stored = new HashMap<>();
    int committed = 0;
    while (committed < readings.size()) {
      try (TestStreamer streamer = open(manifest, classifier, TestStreamer.anyRoom(random))) {
        committed = live(streamer, readings, committed, stored, received, random);
        assertThat(streamer.count("whisker.windows.lost")).isZero();
      }
    }
    assertThat(received).allSatisfy(one -> assertThat(one).isEqualTo(expected.get(key(one))));
    Set<String> keys = new HashSet<>();
    received.forEach(one -> keys.add(key(one)));
    assertThat(keys).isEqualTo(expected.keySet());
  }

  private static TestStreamer open(
      Manifest manifest, SequenceClassifier classifier, RecentPoints.Room room) {
    return new TestStreamer(manifest, classifier, Store.MEMORY, Guarantee.AT_LEAST_ONCE, room);
  }

  /** From a start until a crash, or the end; returns up to where it was committed. */
  private static int live(
      TestStreamer streamer,
      List<SensorReading> readings,
      int from,
      Map<String, Map<Bytes, byte[]>> stored,
      List<Object> received,
      Random random) {
    // The offsets of what comes are those that it has had before: no readings, no effect.
    for (int offset = 0; offset < from; offset++) {
      streamer.publish("none", "?");
    }
    stored.forEach(
        (store, content) -> content.forEach((key, value) -> streamer.put(store, key, value)));
    int committed = from;
    List<Map<String, Map<Bytes, byte[]>>> since = new ArrayList<>(List.of(contents(streamer)));
    List<Object> pending = new ArrayList<>();
    int next = from;
    while (next < readings.size()) {
      // Read again, they come in other batches.
      int together = 1 + random.nextInt(Math.min(5, readings.size() - next));
      streamer.publishTogether(readings.subList(next, next + together));
      next += together;
      pending.addAll(said(streamer));
      since.add(contents(streamer));
      if (random.nextInt(6) == 0) {
        received.addAll(pending);
        pending.clear();
        committed = next;
        // An instance may end before it has heard of its commit.
        since = new ArrayList<>(List.of(contents(streamer)));
        streamer.commit(committed);
      }
      if (random.nextInt(12) == 0) {
        pending.removeIf(one -> random.nextBoolean());
        received.addAll(pending);
        stored.clear();
        stored.putAll(torn(since, random));
        return committed;
      }
    }
    received.addAll(pending);
    return readings.size();
  }

  private static Map<String, Map<Bytes, byte[]>> contents(TestStreamer streamer) {
    Map<String, Map<Bytes, byte[]>> contents = new HashMap<>();
    for (String store : STORES) {
      contents.put(store, streamer.content(store));
    }
    return contents;
  }

  /** Every key as it was at one of some moments. */
  private static Map<String, Map<Bytes, byte[]>> torn(
      List<Map<String, Map<Bytes, byte[]>>> moments, Random random) {
    Map<String, Map<Bytes, byte[]>> torn = new HashMap<>();
    for (String store : STORES) {
      Set<Bytes> keys = new HashSet<>();
      moments.forEach(moment -> keys.addAll(moment.get(store).keySet()));
      Map<Bytes, byte[]> content = new HashMap<>();
      for (Bytes key : keys) {
        byte[] value = moments.get(random.nextInt(moments.size())).get(store).get(key);
        if (value != null) {
          content.put(key, value);
        }
      }
      torn.put(store, content);
    }
    return torn;
  }

  /** Two devices in turn, with gaps, duplicates and disorder. */
  private static List<SensorReading> readings(Random random) {
    List<SensorReading> readings = new ArrayList<>();
    long[] times = {T0, T0 + 300};
    int count = 20 + random.nextInt(60);
    for (int i = 0; i < count; i++) {
      int device = random.nextInt(2);
      float[] values = new float[1 + random.nextInt(6)];
      for (int v = 0; v < values.length; v++) {
        values[v] = (float) random.nextGaussian();
      }
      readings.add(
          new SensorReading(
              "d" + device,
              times[device],
              OptionalDouble.empty(),
              new Samples(values, 1),
              random.nextInt(4) == 0 ? "high" : "low"));
      times[device] += values.length * 1_000L;
      switch (random.nextInt(10)) {
        case 0 -> times[device] += 5_001 + random.nextInt(9_000);
        case 1 -> times[device] -= random.nextInt(4_000);
        case 2 -> times[device] += random.nextInt(3_000);
        default -> {}
      }
    }
    return readings;
  }

  /** New predictions and state changes. */
  private static List<Object> said(TestStreamer streamer) {
    List<Object> said = new ArrayList<>(streamer.predictions());
    said.addAll(streamer.stateChanges());
    return said;
  }

  /** What a subscriber knows a record by, to drop repeats. */
  private static String key(Object said) {
    if (said instanceof StateChange change) {
      return "change " + change.device() + "@" + change.timeMicros();
    }
    Prediction prediction = (Prediction) said;
    return "window " + prediction.device() + "@" + prediction.windowEndMicros();
  }
}
