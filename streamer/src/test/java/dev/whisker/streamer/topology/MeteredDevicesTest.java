package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.MetricsChoice;
import dev.whisker.streamer.config.StreamerConfig.Guarantee;
import dev.whisker.streamer.config.StreamerConfig.Store;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** How many series devices make, and what the series of single ones say. */
class MeteredDevicesTest {
  private static final WindowSpec SPEC = WindowSpec.of(20_000, 10, 5);
  private static final long T0 = TestStreamer.NOW.toEpochMilli() * 1_000 - 60_000_000;

  /** Windows whose label is {@code high} if the value is above 0, enough for a stable label. */
  private static void publish(TestStreamer streamer, String device, int block, float value) {
    float[] values = new float[60];
    Arrays.fill(values, value);
    streamer.publish(
        new SensorReading(
            device,
            T0 + block * 60L * 20_000,
            OptionalDouble.empty(),
            new Samples(values, 1),
            null));
  }

  private static TestStreamer streamer(String... devices) {
    return new TestStreamer(
        TestStreamer.manifest(SPEC, "x"),
        MetricsChoice.of(Duration.ofMinutes(15), List.of(devices)));
  }

  private static int meters(TestStreamer streamer) {
    return streamer.registry.getMeters().size();
  }

  private static Set<String> tagged(TestStreamer streamer) {
    return streamer.registry.getMeters().stream()
        .map(Meter::getId)
        .filter(id -> id.getTag("device") != null)
        .map(id -> id.getTag("device"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static double gauge(TestStreamer streamer, String name, String... tags) {
    return streamer.registry.get(name).tags(tags).gauge().value();
  }

  /** Everything that can happen to a device, so that every series is there. */
  private static void live(TestStreamer streamer, String device) {
    publish(streamer, device, 0, -1);
    publish(streamer, device, 1, 1);
    publish(streamer, device, 2, -1);
    publish(streamer, device, 2, -1);
    streamer.publish(device, "{broken");
  }

  @Test
  void tenThousandDevicesMakeAsManySeriesAsTen() {
    try (TestStreamer streamer = streamer()) {
      for (int i = 0; i < 10; i++) {
        live(streamer, "machine-" + i);
      }
      int before = meters(streamer);
      for (int i = 10; i < 10_000; i++) {
        streamer.publish(
            new SensorReading(
                "machine-" + i,
                T0,
                OptionalDouble.empty(),
                new Samples(new float[SPEC.length()], 1),
                null));
        if (i % 500 == 0) {
          streamer.drain();
        }
      }
      assertThat(gauge(streamer, "whisker.devices")).isEqualTo(10_000);
      assertThat(meters(streamer)).isEqualTo(before);
      streamer.pass(Duration.ofMinutes(30));
      assertThat(gauge(streamer, "whisker.devices")).as("all silent").isLessThan(10_000);
      // Becoming stale is a change that none of the ten had made.
      Set<String> values =
          streamer.registry.getMeters().stream()
              .flatMap(meter -> meter.getId().getTags().stream())
              .map(Tag::getValue)
              .collect(Collectors.toSet());
      assertThat(values).noneMatch(value -> value.startsWith("machine-"));
      assertThat(meters(streamer)).isLessThanOrEqualTo(before + TestStreamer.LABELS.size() + 1);
    }
  }

  @Test
  void theFirstDevicesHaveSeriesIfThatIsAskedFor() {
    try (TestStreamer streamer = streamer("5")) {
      live(streamer, "device-0");
      int before = meters(streamer);
      for (int i = 1; i < 100; i++) {
        live(streamer, "device-" + i);
      }
      assertThat(tagged(streamer))
          .containsExactly("device-0", "device-1", "device-2", "device-3", "device-4");
      // One a label, its confidence and its time.
      assertThat(meters(streamer) - before).isEqualTo(4 * (TestStreamer.LABELS.size() + 2));
    }
  }

  @Test
  void namedDevicesHaveSeriesAndSayWhatTheirLatestWindowSays() {
    try (TestStreamer streamer = streamer("b", "d")) {
      for (String device : List.of("a", "b", "c", "d")) {
        publish(streamer, device, 0, device.equals("b") ? -1 : 1);
      }
      assertThat(tagged(streamer)).containsExactly("b", "d");
      assertThat(gauge(streamer, "whisker.device.state", "device", "b", "label", "low"))
          .isEqualTo(1);
      assertThat(gauge(streamer, "whisker.device.state", "device", "b", "label", "high")).isZero();
      assertThat(gauge(streamer, "whisker.device.state", "device", "d", "label", "high"))
          .isEqualTo(1);
      assertThat(gauge(streamer, "whisker.device.confidence", "device", "b")).isBetween(0.7, 1.0);
      assertThat(gauge(streamer, "whisker.device.window.timestamp", "device", "b"))
          .isEqualTo((T0 + 59 * 20_000L) / 1e6);
      for (int block = 1; block < 4; block++) {
        publish(streamer, "b", block, 1);
      }
      assertThat(gauge(streamer, "whisker.device.state", "device", "b", "label", "high"))
          .isEqualTo(1);
      assertThat(gauge(streamer, "whisker.device.state", "device", "b", "label", "low")).isZero();
    }
  }

  @Test
  void aSilentDeviceMakesRoomForAnother() {
    try (TestStreamer streamer = streamer("1")) {
      publish(streamer, "a", 0, 1);
      publish(streamer, "b", 0, 1);
      assertThat(tagged(streamer)).containsExactly("a");
      streamer.pass(Duration.ofMinutes(11));
      assertThat(tagged(streamer)).isEmpty();
      publish(streamer, "b", 0, 1);
      assertThat(tagged(streamer)).containsExactly("b");
    }
  }

  @Test
  void devicesAreCountedByStableLabel() {
    TestStreamer streamer = streamer("3");
    publish(streamer, "a", 0, -1);
    publish(streamer, "b", 0, 1);
    publish(streamer, "c", 0, 1);
    assertStable(streamer, 1, 2);
    for (int block = 1; block < 4; block++) {
      publish(streamer, "b", block, -1);
    }
    assertStable(streamer, 2, 1);
    try (TestStreamer next = streamer()) {
      assertStable(next, 0, 0);
    }
    streamer.models.serve(
        TestStreamer.serving(TestStreamer.manifest(SPEC, "x").named("test", "v2")));
    publish(streamer, "b", 4, -1);
    assertStable(streamer, 2, 1);
    streamer.pass(Duration.ofMinutes(30));
    assertStable(streamer, 0, 0);
    publish(streamer, "a", 9, 1);
    assertStable(streamer, 0, 1);
    assertThat(tagged(streamer)).containsExactly("a");
    streamer.close();
    // The task has gone to another instance, which counts them now.
    assertStable(streamer, 0, 0);
    assertThat(tagged(streamer)).isEmpty();
    assertThat(gauge(streamer, "whisker.devices")).isZero();
  }

  @Test
  void whatIsReadAgainAfterACrashIsCountedOnce() {
    Manifest manifest = TestStreamer.manifest(SPEC, "x");
    Map<String, Map<Bytes, byte[]>> stored = new HashMap<>();
    try (TestStreamer before = atLeastOnce(manifest)) {
      publish(before, "a", 0, -1);
      before.commit(1);
      for (int block = 1; block < 4; block++) {
        publish(before, "a", block, 1);
      }
      assertStable(before, 0, 1);
      before.stores().forEach(store -> stored.put(store, before.content(store)));
    }
    try (TestStreamer after = atLeastOnce(manifest)) {
      // The offset of what is committed; and a swap, at which is counted what is stored by now.
      after.publish("none", "?");
      stored.forEach(
          (store, content) -> content.forEach((key, value) -> after.put(store, key, value)));
      after.models.serve(TestStreamer.serving(manifest.named("test", "v2")));
      for (int block = 1; block < 4; block++) {
        publish(after, "a", block, 1);
      }
      assertStable(after, 0, 1);
    }
  }

  private static TestStreamer atLeastOnce(Manifest manifest) {
    return new TestStreamer(
        manifest,
        new TestStreamer.BitClassifier(manifest),
        Path.of("unused"),
        Store.MEMORY,
        Guarantee.AT_LEAST_ONCE);
  }

  private static void assertStable(TestStreamer streamer, int low, int high) {
    assertThat(gauge(streamer, "whisker.devices.stable", "label", "low")).isEqualTo(low);
    assertThat(gauge(streamer, "whisker.devices.stable", "label", "high")).isEqualTo(high);
    assertThat(gauge(streamer, "whisker.devices.stable", "label", StateChange.UNKNOWN)).isZero();
  }
}
