package dev.whisker.sandbox.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.schemas.SensorReading;
import dev.whisker.trainer.recording.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReadingCutterTest {
  /** A model's period that no recording here has: readings must not depend on it. */
  private static final double FOREIGN_PERIOD = 77;

  @Test
  void aRegularRecordingBecomesReadingsOfTheWantedSizeWithItsPeriod() {
    List<SensorReading> readings =
        cut(RecordingOf.times("d", null, RecordingOf.regular(1_000, 160, 10)), 4);

    assertThat(readings).extracting(reading -> reading.samples().count()).containsExactly(4, 4, 2);
    assertThat(readings)
        .extracting(SensorReading::periodMicros)
        .containsOnly(OptionalDouble.of(160));
    assertThat(readings)
        .extracting(SensorReading::timeMicros)
        .containsExactly(1_000L, 1_640L, 2_280L);
  }

  @Test
  void aReadingEndsAtAGap() {
    List<SensorReading> readings = cut(RecordingOf.times("d", null, 0, 10, 20, 500, 510, 520), 100);

    assertThat(readings).extracting(SensorReading::timeMicros).containsExactly(0L, 500L);
  }

  @Test
  void aReadingEndsWhereTheLabelChanges() {
    Recording recording =
        RecordingOf.labelled("d", new String[] {"a", "a", null, "b", "b"}, 0, 10, 20, 30, 40);

    assertThat(cut(recording, 100))
        .extracting(SensorReading::label)
        .containsExactly("a", null, "b");
  }

  @Test
  void withoutLabelsAReadingGoesOnWhereTheLabelChanges() {
    Recording recording = RecordingOf.labelled("d", new String[] {"a", "b", "b"}, 0, 10, 20);

    List<SensorReading> readings = new ArrayList<>();
    new ReadingCutter(recording, 100, false, 0).forEachRemaining(readings::add);

    assertThat(readings).hasSize(1);
    assertThat(readings.get(0).label()).isNull();
  }

  @Test
  void timesThatRoundingMadeUnequalAreReproduced() {
    // 30 samples a second: steps of 33333 and 33334 µs.
    long[] times = RecordingOf.regular(0, 1e6 / 30, 3_000);

    List<SensorReading> readings = cut(RecordingOf.times("d", null, times), 1_000);

    assertThat(readings.get(0).samples().count()).isEqualTo(1_000);
    assertThat(timesOf(readings)).containsExactly(times);
  }

  @Test
  void jitteredSamplesAreReadingsOfOneSample() {
    List<SensorReading> readings = cut(RecordingOf.times("d", null, 0, 13, 20, 27, 40, 53), 100);

    assertThat(timesOf(readings)).containsExactly(0, 13, 20, 27, 40, 53);
  }

  @Test
  void allTimesAreShifted() {
    List<SensorReading> readings = new ArrayList<>();
    new ReadingCutter(RecordingOf.times("d", null, 5, 15), 1, true, 100)
        .forEachRemaining(readings::add);

    assertThat(timesOf(readings)).containsExactly(105, 115);
  }

  @Property
  void everySampleIsPublishedOnceInOrderAtItsTimeWithItsLabel(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 9) Integer> kinds,
      @ForAll @LongRange(min = 0, max = 2_000_000_000_000_000L) long beginMicros,
      @ForAll @DoubleRange(min = 1, max = 1e6) double periodMicros,
      @ForAll @IntRange(min = 1, max = 20) int samplesPerReading) {
    Recording recording = recording(kinds, beginMicros, periodMicros);

    List<SensorReading> readings = cut(recording, samplesPerReading);

    int sample = 0;
    for (SensorReading reading : readings) {
      assertThat(reading.samples().count()).isBetween(1, samplesPerReading);
      for (int i = 0; i < reading.samples().count(); i++) {
        assertThat(reading.timeMicros(i, FOREIGN_PERIOD)).isEqualTo(recording.timeMicros(sample));
        assertThat(reading.samples().at(i, 0)).isEqualTo(sample);
        assertThat(Objects.equals(reading.label(), recording.label(sample))).isTrue();
        sample++;
      }
    }
    assertThat(sample).isEqualTo(recording.samples());
  }

  /** A recording that is mostly regular, with gaps, jitter, repeated times and label changes. */
  private static Recording recording(List<Integer> kinds, long beginMicros, double periodMicros) {
    long[] times = new long[kinds.size()];
    String[] labels = new String[kinds.size()];
    double now = beginMicros;
    String label = null;
    for (int i = 0; i < times.length; i++) {
      times[i] = Math.round(now);
      labels[i] = label;
      switch (kinds.get(i)) {
        case 0 -> now += 20 * periodMicros;
        case 1 -> now += 0.4 * periodMicros;
        case 2 -> {}
        case 3 -> {
          now += periodMicros;
          label = label == null ? "a" : null;
        }
        default -> now += periodMicros;
      }
    }
    return RecordingOf.labelled("d", labels, times);
  }

  private static List<SensorReading> cut(Recording recording, int maxSamples) {
    List<SensorReading> readings = new ArrayList<>();
    new ReadingCutter(recording, maxSamples, true, 0).forEachRemaining(readings::add);
    return readings;
  }

  private static long[] timesOf(List<SensorReading> readings) {
    return readings.stream()
        .flatMapToLong(
            reading ->
                Arrays.stream(RecordingOf.regular(0, 1, reading.samples().count()))
                    .map(i -> reading.timeMicros((int) i, FOREIGN_PERIOD)))
        .toArray();
  }
}
