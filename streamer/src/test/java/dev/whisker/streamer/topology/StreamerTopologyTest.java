package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.DeadLetterHeaders;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Reason;
import dev.whisker.schemas.StateChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamerTopologyTest {
  /** Windows of 4 samples every 2, at 1 kHz. */
  private static final WindowSpec SPEC = WindowSpec.of(1_000, 4, 2);

  private final TestStreamer streamer = new TestStreamer(TestStreamer.manifest(SPEC, "x", "y"));

  @AfterEach
  void close() {
    streamer.close();
  }

  /** A sample of device d at a time in milliseconds, both channels with the same value. */
  private void sample(String device, long millis, double value) {
    streamer.publish(device, "{\"time\":" + millis + ",\"values\":[" + value + "," + value + "]}");
  }

  private void samples(String device, long fromMillis, int count, double value) {
    for (int i = 0; i < count; i++) {
      sample(device, fromMillis + i, value);
    }
  }

  @Test
  void aWindowIsPredictedWhenItsLastSampleArrives() {
    samples("d1", 0, 3, 1);
    assertThat(streamer.predictions()).isEmpty();
    sample("d1", 3, 1);
    List<Prediction> predictions = streamer.predictions();
    assertThat(predictions).hasSize(1);
    Prediction prediction = predictions.get(0);
    assertThat(prediction.device()).isEqualTo("d1");
    assertThat(prediction.windowStartMicros()).isZero();
    assertThat(prediction.windowEndMicros()).isEqualTo(3_000);
    assertThat(prediction.label()).isEqualTo("high");
    assertThat(prediction.filled()).isZero();
    assertThat(prediction.truth()).isNull();
    assertThat(prediction.modelVersion()).isEqualTo("v1");
  }

  @Test
  void everyStoreIsKnownToTheReset() {
    assertThat(streamer.stores()).containsExactlyInAnyOrderElementsOf(TopologyNames.STORES);
    assertThat(TopologyNames.internalTopics("app"))
        .contains("app-devices-changelog")
        .hasSameSizeAs(TopologyNames.STORES);
  }

  @Test
  void windowsSlideByTheHop() {
    samples("d1", 0, 9, 1);
    assertThat(streamer.predictions())
        .extracting(Prediction::windowEndMicros)
        .containsExactly(3_000L, 5_000L, 7_000L);
  }

  @Test
  void devicesDoNotDisturbEachOther() {
    for (int i = 0; i < 4; i++) {
      sample("d1", i, 1);
      sample("d2", 1_000_000 - i, -1); // runs backwards: all but the first are late
      sample("d3", 5_000 + i, -1);
    }
    assertThat(streamer.predictions())
        .extracting(Prediction::device, Prediction::label)
        .containsExactly(tuple("d1", "high"), tuple("d3", "low"));
    assertThat(streamer.count("whisker.late")).isEqualTo(3);
  }

  @Test
  void aGapStartsTheWindowOver() {
    samples("d1", 0, 3, 1);
    samples("d1", 9, 4, 1);
    assertThat(streamer.predictions())
        .extracting(Prediction::windowStartMicros)
        .containsExactly(9_000L);
    assertThat(streamer.count("whisker.gaps")).isEqualTo(1);
  }

  @Test
  void aMissingSampleIsFilledAndTold() {
    samples("d1", 0, 2, 1);
    sample("d1", 3, 1);
    assertThat(streamer.predictions()).extracting(Prediction::filled).containsExactly(0.25f);
    assertThat(streamer.count("whisker.filled")).isEqualTo(1);
  }

  @Test
  void aRepeatedSampleIsDropped() {
    samples("d1", 0, 2, 1);
    sample("d1", 1, 7);
    samples("d1", 2, 2, 1);
    assertThat(streamer.predictions()).hasSize(1);
    assertThat(streamer.count("whisker.duplicates")).isEqualTo(1);
  }

  @Test
  void theTruthOfALabelledStreamIsCounted() {
    for (int i = 0; i < 4; i++) {
      streamer.publish("d1", "{\"time\":" + i + ",\"values\":[1,1],\"label\":\"high\"}");
      streamer.publish("d2", "{\"time\":" + i + ",\"values\":[1,1],\"label\":\"low\"}");
    }
    assertThat(streamer.predictions()).extracting(Prediction::truth).containsExactly("high", "low");
    assertThat(streamer.count("whisker.labelled", "outcome", "right")).isEqualTo(1);
    assertThat(streamer.count("whisker.labelled", "outcome", "wrong")).isEqualTo(1);
  }

  @Test
  void theStableLabelFollowsTwoOfThreeWindows() {
    samples("d1", 0, 8, 1);
    samples("d1", 8, 8, -1);
    assertThat(streamer.stateChanges())
        .extracting(StateChange::from, StateChange::to, StateChange::timeMicros)
        .containsExactly(tuple("UNKNOWN", "high", 5_000L), tuple("high", "low", 11_000L));
  }

  @Test
  void belowTheThresholdAPredictionIsPublishedAsUncertain() {
    // The test's network is at least 0.75 sure, and never as sure as this.
    try (TestStreamer strict = new TestStreamer(TestStreamer.filtering(SPEC, 0.999, "x", "y"))) {
      for (int i = 0; i < 8; i++) {
        strict.publish("d1", "{\"time\":" + i + ",\"values\":[1,1]}");
      }
      assertThat(strict.predictions())
          .extracting(Prediction::status, Prediction::label, Prediction::stableLabel)
          .containsOnly(tuple(Prediction.Status.UNCERTAIN, "high", "high"))
          .hasSize(3);
      assertThat(strict.count("whisker.predictions", "status", "UNCERTAIN")).isEqualTo(3);
    }
    samples("d1", 0, 8, 1);
    assertThat(streamer.predictions())
        .extracting(Prediction::status)
        .containsOnly(Prediction.Status.OK);
  }

  @Test
  void aSilentDeviceIsEvictedAndCalledStale() {
    samples("d1", 0, 8, 1);
    streamer.stateChanges();
    streamer.pass(Duration.ofMinutes(9));
    samples("d2", 0, 1, 1);
    streamer.pass(Duration.ofMinutes(2));
    assertThat(streamer.stateChanges())
        .extracting(StateChange::device, StateChange::from, StateChange::to)
        .containsExactly(tuple("d1", "high", "STALE"));
    assertThat(streamer.stored("devices")).isEqualTo(1);
    assertThat(streamer.stored("labels")).isZero();
    assertThat(streamer.stored("samples")).isEqualTo(1);
    assertThat(streamer.registry.get("whisker.devices").gauge().value()).isEqualTo(1);
  }

  @Test
  void manySilentDevicesAreEvictedInPortions() {
    for (int i = 0; i < 5_500; i++) {
      sample("d" + i, 0, 1);
    }
    streamer.pass(Duration.ofMinutes(20));
    assertThat(streamer.stored("devices")).isEqualTo(500);
    streamer.pass(Duration.ofSeconds(1));
    assertThat(streamer.stored("devices")).isZero();
    assertThat(streamer.stateChanges()).hasSize(5_500);
  }

  @Test
  void onlySamplesOfComingWindowsAreKept() {
    samples("d1", 0, 1_000, 1);
    // The next window begins at sample 998 and has two of its four samples.
    assertThat(streamer.stored("samples")).isEqualTo(2);
  }

  @Test
  void aLongReadingGivesAllItsWindowsInBatches() {
    StringBuilder values = new StringBuilder("[0,0]");
    for (int i = 1; i < 100; i++) {
      values.append(",[").append(i).append(",0]");
    }
    streamer.publish("d1", "{\"time\":0,\"values\":[" + values + "]}");
    assertThat(streamer.predictions()).hasSize(49);
    assertThat(streamer.registry.get("whisker.batch.size").summary().max()).isEqualTo(3);
    assertThat(streamer.stored("samples")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d1 | not json                                        | UNDECODABLE",
        "d1 | {\"time\":1,\"values\":\"x\"}                   | UNDECODABLE",
        "   | {\"time\":1,\"values\":[1,2]}                   | NO_DEVICE",
        "d1 | {\"device\":\"d2\",\"time\":1,\"values\":[1,2]} | DEVICE_MISMATCH",
        "d1 | {\"time\":1,\"values\":[1,2,3]}                 | WRONG_CHANNELS",
        "d1 | {\"time\":1,\"values\":{\"x\":1,\"q\":2}}       | WRONG_CHANNELS",
        "d1 | {\"time\":1,\"values\":[1,NaN]}                 | NOT_FINITE",
        "d1 | {\"time\":1,\"values\":[1,1e39]}                | NOT_FINITE",
        "d1 | {\"values\":[1,2]}                              | TIME_MISSING",
        "d1 | {\"time\":\"2026-06-01T13:00:01Z\",\"values\":[1,2]} | TIME_IN_FUTURE",
      })
  void whatIsRefusedGoesToTheDeadLetters(String key, String value, Reason reason) {
    samples("d1", 0, 2, 1);
    streamer.publish(key, value);
    samples("d1", 2, 2, 1);

    List<TestRecord<byte[], byte[]>> letters = streamer.deadLetters();
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).value()).isEqualTo(value.getBytes(StandardCharsets.UTF_8));
    assertThat(header(letters.get(0), DeadLetterHeaders.REASON)).isEqualTo(reason.code());
    assertThat(header(letters.get(0), DeadLetterHeaders.MESSAGE)).isNotBlank();
    assertThat(header(letters.get(0), DeadLetterHeaders.TOPIC)).isEqualTo("sensor-readings");
    assertThat(header(letters.get(0), DeadLetterHeaders.PARTITION)).isEqualTo("0");
    assertThat(header(letters.get(0), DeadLetterHeaders.OFFSET)).isEqualTo("2");
    assertThat(streamer.count("whisker.refused", "reason", reason.code())).isEqualTo(1);
    assertThat(streamer.predictions()).as("the rest of the stream").hasSize(1);
  }

  @Test
  void aReadingThatIsTooLargeIsRefused() {
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < 1_001; i++) {
      samples.add("[1,1]");
    }
    streamer.publish("d1", "{\"time\":0,\"values\":[" + String.join(",", samples) + "]}");
    assertThat(header(streamer.deadLetters().get(0), DeadLetterHeaders.REASON))
        .isEqualTo("too-large");
  }

  @Test
  void aDeadLetterThatNoRecordCouldHoldIsCutOff() {
    byte[] value = "x".repeat(2_000_000).getBytes(StandardCharsets.UTF_8);
    streamer.publish("d1", value);
    TestRecord<byte[], byte[]> letter = streamer.deadLetters().get(0);
    assertThat(letter.value()).hasSize(400_000);
    assertThat(header(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("2000000");
    assertThat(header(letter, DeadLetterHeaders.OFFSET)).isEqualTo("0");
    samples("d1", 0, 4, 1);
    assertThat(streamer.predictions()).hasSize(1);
  }

  /** The stores are not written at the same moment: without transactions a crash can tear them. */
  @Test
  void aWindowWhoseSamplesACrashHasLostIsCountedAndTheRestGoesOn() {
    try (TestStreamer torn =
        new TestStreamer(TestStreamer.manifest(SPEC, "x", "y"), new RecentPoints.Room(0))) {
      torn.publish("d1", "{\"time\":0,\"values\":[[1,1],[1,1],[1,1]]}");
      torn.forget("samples");
      torn.publish("d1", "{\"time\":3,\"values\":[[1,1],[1,1],[1,1],[1,1],[1,1]]}");
      assertThat(torn.predictions())
          .extracting(Prediction::windowStartMicros)
          .containsExactly(4_000L);
      assertThat(torn.count("whisker.windows.lost")).isEqualTo(2);
    }
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
