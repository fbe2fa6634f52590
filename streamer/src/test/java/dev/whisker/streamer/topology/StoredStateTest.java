package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.StreamerConfig.Guarantee;
import dev.whisker.streamer.config.StreamerConfig.Store;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that hold what this Whisker cannot go on from: the device starts over, others do not. */
class StoredStateTest {
  private static final String[] STORES = {"devices", "samples", "labels", "recurrent-states"};
  private static final Manifest MANIFEST =
      TestStreamer.manifest(WindowSpec.of(1_000, 4, 4), "x").withState(new Manifest.State(1, 1));

  private static TestStreamer open(Manifest manifest) {
    // What is damaged must be read: nothing is kept beside the stores.
    return new TestStreamer(
        manifest,
        new TestStreamer.MemoryClassifier(manifest),
        Store.MEMORY,
        Guarantee.EXACTLY_ONCE,
        new RecentPoints.Room(0));
  }

  private static void samples(TestStreamer to, String device, int from, int count) {
    for (int i = from; i < from + count; i++) {
      double value = new Random(device.hashCode() + i).nextGaussian();
      to.publish(device, "{\"time\":" + i + ",\"values\":[" + value + "]}");
    }
  }

  private static List<Prediction> of(List<Prediction> all, String device) {
    return all.stream().filter(one -> one.device().equals(device)).toList();
  }

  static Stream<Arguments> damages() {
    byte[] garbage = new byte[100];
    new Random(1).nextBytes(garbage);
    garbage[0] = 77;
    return Stream.of(STORES)
        .flatMap(
            store ->
                Stream.of(
                    Arguments.of(store, "unknown-format", "garbage", garbage),
                    Arguments.of(store, "damaged", "empty", new byte[0]),
                    Arguments.of(store, "unknown-format", "a future format", new byte[] {9, 1, 2}),
                    Arguments.of(store, "damaged", "cut off", null)));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("damages")
  void aDeviceWhoseStateCannotBeReadStartsOver(
      String store, String reason, String what, byte[] bytes) {
    try (TestStreamer streamer = open(MANIFEST);
        TestStreamer untouched = open(MANIFEST)) {
      for (TestStreamer one : List.of(streamer, untouched)) {
        samples(one, "d1", 0, 10);
        samples(one, "d2", 0, 10);
      }
      streamer.replace(
          store, "d1", old -> bytes == null ? Arrays.copyOf(old, old.length - 1) : bytes);
      for (TestStreamer one : List.of(streamer, untouched)) {
        samples(one, "d1", 10, 22);
        samples(one, "d2", 10, 22);
      }
      List<Prediction> after = streamer.predictions();
      List<Prediction> expected = untouched.predictions();
      assertThat(of(after, "d2")).as("another device").isEqualTo(of(expected, "d2"));
      assertThat(of(after, "d1")).as("windows after the damage").hasSizeGreaterThan(4);
      assertThat(streamer.count("whisker.state.discarded", "store", store, "reason", reason))
          .isPositive();
      assertThat(streamer.deadLetters()).isEmpty();
      // And it can be evicted.
      streamer.pass(Duration.ofMinutes(20));
      assertThat(streamer.stored(store)).isZero();
    }
  }

  @Test
  void nothingIsDiscardedAtFirst() {
    try (TestStreamer streamer = open(MANIFEST)) {
      assertThat(streamer.registry.get("whisker.state.discarded").counters())
          .extracting(
              counter -> counter.getId().getTag("store"),
              counter -> counter.getId().getTag("reason"),
              Counter::count)
          .contains(
              tuple("devices", "other-model", 0.0),
              tuple("samples", "damaged", 0.0),
              tuple("labels", "unknown-format", 0.0),
              tuple("recurrent-states", "other-model", 0.0))
          .hasSize(12);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"devices", "labels"})
  void aDeviceWhoseStateCannotBeReadIsEvictedOnceItIsSilent(String store) {
    try (TestStreamer streamer = open(MANIFEST)) {
      samples(streamer, "d1", 0, 10);
      streamer.replace(store, "d1", old -> new byte[0]);
      streamer.pass(Duration.ofMinutes(20));
      assertThat(streamer.stateChanges())
          .last()
          .extracting(StateChange::to)
          .isEqualTo(StateChange.STALE);
      for (String one : STORES) {
        assertThat(streamer.stored(one)).as(one).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aModelOfOtherChannelsOrWindowsStartsOver(boolean otherChannels) {
    Manifest other =
        otherChannels
            ? TestStreamer.manifest(WindowSpec.of(1_000, 4, 4), "x2")
                .withState(new Manifest.State(1, 1))
            : TestStreamer.manifest(WindowSpec.of(1_000, 6, 6), "x")
                .withState(new Manifest.State(1, 1));
    try (TestStreamer before = open(MANIFEST);
        TestStreamer after = open(other);
        TestStreamer fresh = open(other)) {
      samples(before, "d1", 0, 11);
      after.restore(before, STORES);
      samples(after, "d1", 11, 20);
      samples(fresh, "d1", 11, 20);
      assertThat(after.predictions())
          .extracting(Prediction::windowStartMicros, Prediction::confidence)
          .isEqualTo(
              fresh.predictions().stream()
                  .map(one -> tuple(one.windowStartMicros(), one.confidence()))
                  .toList());
      assertThat(
              after.count("whisker.state.discarded", "store", "devices", "reason", "other-model"))
          .isEqualTo(1);
    }
  }
}
