package dev.whisker.classifier.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.window.Resampler.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
  private static final long T0 = 1_769_860_800_000_000L;
  private static final long MILLI = 1_000;

  /** A grid at 1 kHz; a gap is more than 5 ms. */
  private static final WindowSpec KILOHERTZ = WindowSpec.of(MILLI, 4, 2);

  private final Grid grid = new Grid();
  private Resampler resampler = new Resampler(KILOHERTZ, 1);

  private static WindowSpec withGrace(long graceMicros) {
    return new WindowSpec(MILLI, 4, 2, 5, graceMicros, 0.8);
  }

  private Outcome sample(double millis, double value) {
    return sample(millis, value, null);
  }

  private Outcome sample(double millis, double value, String label) {
    return resampler.accept(
        T0 + Math.round(1_000 * millis), new float[] {(float) value}, 0, label, grid);
  }

  @Test
  void samplesOnTheGridPassBitForBit() {
    Float[] values = {0.1f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE, 16777217f};
    for (int i = 0; i < values.length; i++) {
      assertThat(sample(i, values[i])).isEqualTo(Outcome.ACCEPTED);
    }
    assertThat(grid.begins).containsExactly(T0);
    assertThat(grid.numbers()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(grid.values()).containsExactly(values);
    assertThat(grid.filled()).containsOnly(false);
  }

  @Test
  void aMicrosecondOffCountsAsOnTheGrid() {
    sample(0, 1);
    sample(1.001, 2);
    sample(1.999, 3);
    assertThat(grid.values()).containsExactly(1f, 2f, 3f);
    assertThat(grid.filled()).containsOnly(false);
  }

  @Test
  void twoMicrosecondsOffAreInterpolated() {
    sample(0, 0);
    sample(1.002, 1.002);
    sample(1.998, 1.998);
    sample(3, 3);
    assertThat(grid.filled()).containsExactly(false, true, true, false);
    assertThat(grid.values().get(1)).isCloseTo(1, within(1e-6f));
    assertThat(grid.values().get(2)).isCloseTo(2, within(1e-6f));
  }

  @Test
  void jitterIsInterpolatedLinearly() {
    sample(0, 10);
    sample(0.75, 40); // before point 1
    sample(1.25, 60); // behind it: half way from 40 to 60
    sample(3.25, -20); // points 2 and 3: from 60 to -20 in 2 ms, after 0.75 and 1.75 ms
    assertThat(grid.values()).containsExactly(10f, 50f, 30f, -10f);
    assertThat(grid.filled()).containsExactly(false, true, true, true);
  }

  @Test
  void everyChannelIsInterpolatedByItself() {
    resampler = new Resampler(KILOHERTZ, 2);
    GridConsumer second =
        new GridConsumer() {
          @Override
          public void begin(long timeMicros) {}

          @Override
          public void point(long point, float[] values, int offset, boolean filled, String label) {
            grid.point(point, values, offset, filled, label);
            grid.point(point, values, offset + 1, filled, label);
          }
        };
    resampler.accept(T0, new float[] {9, 0, 100}, 1, null, second);
    resampler.accept(T0 + 2_000, new float[] {9, 9, 2, 300}, 2, null, second);
    assertThat(grid.values()).containsExactly(0f, 100f, 1f, 200f, 2f, 300f);
  }

  @Test
  void interpolationBetweenHugeValuesStaysFinite() {
    sample(0, Float.MAX_VALUE);
    sample(2, -Float.MAX_VALUE);
    assertThat(grid.values()).containsExactly(Float.MAX_VALUE, 0f, -Float.MAX_VALUE);
  }

  @Test
  void aSourceOfTwiceTheRateGivesEverySecondSample() {
    for (int i = 0; i < 7; i++) {
      sample(i / 2.0, i);
    }
    assertThat(grid.values()).containsExactly(0f, 2f, 4f, 6f);
    assertThat(grid.filled()).containsOnly(false);
  }

  @Test
  void aSourceOfHalfTheRateIsFilled() {
    for (int i = 0; i < 4; i++) {
      sample(2 * i, 10 * i);
    }
    assertThat(grid.values()).containsExactly(0f, 5f, 10f, 15f, 20f, 25f, 30f);
    assertThat(grid.filled()).containsExactly(false, true, false, true, false, true, false);
  }

  @Test
  void aFilledPointHasTheLabelOfTheSampleAfterIt() {
    sample(0, 1, "a");
    sample(2, 1, "b");
    assertThat(grid.points).extracting(Grid.Point::label).containsExactly("a", "b", "b");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e6 / 12_000, 1e6 / 48_000, 1e6 / 44_100, 1e6 / 3, 160, 4})
  void samplesRoundedToTheMicrosecondStayOnTheGrid(double periodMicros) {
    resampler = new Resampler(WindowSpec.of(periodMicros, 10, 10), 1);
    long[] counts = new long[3];
    GridConsumer counter =
        new GridConsumer() {
          @Override
          public void begin(long timeMicros) {
            counts[0]++;
          }

          @Override
          public void point(long point, float[] values, int offset, boolean filled, String label) {
            counts[1] += filled ? 1 : 0;
            counts[2] += values[offset] == point ? 1 : 0;
          }
        };
    int samples = 200_000;
    float[] value = new float[1];
    for (int i = 0; i < samples; i++) {
      value[0] = i;
      resampler.accept(T0 + Math.round(i * periodMicros), value, 0, null, counter);
    }
    assertThat(counts).as("begun, filled, unchanged").containsExactly(1, 0, samples);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, 3})
  void aPeriodOfFewMicrosecondsHasNoTolerance(double periodMicros) {
    resampler = new Resampler(WindowSpec.of(periodMicros, 2, 2), 1);
    for (int i = 0; i < 9; i++) {
      sample(Math.round(i * periodMicros) / 1_000.0, i);
    }
    assertThat(grid.values()).containsExactly(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
    assertThat(grid.filled()).containsOnly(false);
  }

  @Test
  void theLongestGapIsFilled() {
    sample(0, 0);
    assertThat(sample(5, 5)).isEqualTo(Outcome.ACCEPTED);
    // A microsecond is the resolution of the wire.
    assertThat(sample(10.001, 10)).isEqualTo(Outcome.ACCEPTED);
    assertThat(grid.begins).hasSize(1);
    assertThat(grid.numbers()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void aLongerGapBeginsTheGridAnew() {
    sample(0, 1);
    sample(1, 2);
    assertThat(sample(6.002, 3)).isEqualTo(Outcome.ACCEPTED_AFTER_GAP);
    sample(7.002, 4);
    assertThat(grid.begins).containsExactly(T0, T0 + 6_002);
    assertThat(grid.numbers()).containsExactly(0L, 1L, 0L, 1L);
    assertThat(grid.values()).containsExactly(1f, 2f, 3f, 4f);
    assertThat(grid.filled()).containsOnly(false);
  }

  @Test
  void aSampleWithAnAbsurdTimeIsFollowedByAGapAndNotByCenturiesOfFilling() {
    resampler.accept(Long.MIN_VALUE + 1_000, new float[] {1}, 0, null, grid);
    assertThat(sample(0, 2)).isEqualTo(Outcome.ACCEPTED_AFTER_GAP);
    assertThat(grid.values()).containsExactly(1f, 2f);
  }

  @Test
  void duplicatesAndLateSamplesAreDropped() {
    sample(0, 1);
    sample(1, 2);
    assertThat(sample(1, 7)).isEqualTo(Outcome.DUPLICATE);
    assertThat(sample(0.999, 7)).isEqualTo(Outcome.LATE);
    assertThat(sample(0, 7)).isEqualTo(Outcome.LATE);
    assertThat(sample(2, 3)).isEqualTo(Outcome.ACCEPTED);
    assertThat(grid.values()).containsExactly(1f, 2f, 3f);
  }

  @Test
  void aLateSampleAfterAGapIsStillLate() {
    sample(0, 1);
    sample(100, 2);
    assertThat(sample(50, 7)).isEqualTo(Outcome.LATE);
    assertThat(grid.values()).containsExactly(1f, 2f);
  }

  @Test
  void withinTheGraceSamplesAreSortedIn() {
    resampler = new Resampler(withGrace(2 * MILLI), 1);
    assertThat(sample(2, 2)).isEqualTo(Outcome.ACCEPTED);
    assertThat(sample(0, 0)).isEqualTo(Outcome.ACCEPTED); // exactly the grace
    assertThat(sample(1, 1)).isEqualTo(Outcome.ACCEPTED);
    assertThat(sample(1, 7)).isEqualTo(Outcome.DUPLICATE);
    assertThat(sample(0, 7)).isEqualTo(Outcome.DUPLICATE);
    assertThat(sample(-0.001, 7)).isEqualTo(Outcome.LATE);
    assertThat(grid.values()).containsExactly(0f);
    assertThat(sample(3, 3)).isEqualTo(Outcome.ACCEPTED);
    assertThat(grid.values()).containsExactly(0f, 1f);
    assertThat(sample(0.5, 7)).isEqualTo(Outcome.LATE);
    resampler.flush(grid);
    assertThat(grid.values()).containsExactly(0f, 1f, 2f, 3f);
  }

  @Test
  void aGapIsToldWhenItsSampleLeavesTheGrace() {
    resampler = new Resampler(withGrace(2 * MILLI), 1);
    sample(0, 0);
    assertThat(sample(10, 1)).isEqualTo(Outcome.ACCEPTED);
    assertThat(sample(12, 2)).isEqualTo(Outcome.ACCEPTED_AFTER_GAP);
    assertThat(resampler.flush(grid)).isEqualTo(Outcome.ACCEPTED);
    assertThat(grid.begins).containsExactly(T0, T0 + 10_000);
  }

  @Test
  void theStateTellsWhereTheGridIs() {
    assertThat(resampler.state().begun()).isFalse();
    sample(0, 1);
    sample(2.5, 2);
    assertThat(resampler.state().begun()).isTrue();
    assertThat(resampler.state().beginMicros()).isEqualTo(T0);
    assertThat(resampler.state().next()).isEqualTo(3);
    assertThat(resampler.state().lastMicros()).isEqualTo(T0 + 2_500);
    resampler.state().clear();
    assertThat(sample(0, 3)).isEqualTo(Outcome.ACCEPTED);
    assertThat(grid.begins).containsExactly(T0, T0);
  }

  private static byte[] written(ResamplerState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static void read(byte[] bytes, ResamplerState state) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    state.read(in);
    assertThat(in.available()).isZero();
  }

  @Property(tries = 200)
  void takingTheStateOutAndPuttingItBackChangesNothing(
      @ForAll long seed, @ForAll @IntRange(max = 8) int gracePeriods) throws IOException {
    Random random = new Random(seed);
    WindowSpec spec = withGrace(gracePeriods * MILLI);
    List<Stream.Sample> samples =
        Stream.disordered(Stream.jittered(random, 100, MILLI), random, 10 * MILLI);
    Grid whole = new Grid();
    Grid split = new Grid();
    Resampler uninterrupted = new Resampler(spec, 1);
    // Serves another device in turn.
    Resampler shared = new Resampler(spec, 1);
    byte[] mine = written(shared.state());
    byte[] others = written(shared.state());
    for (Stream.Sample sample : samples) {
      float[] value = {sample.value()};
      Outcome expected = uninterrupted.accept(sample.timeMicros(), value, 0, sample.label(), whole);
      if (random.nextBoolean()) {
        mine = written(shared.state());
        read(others, shared.state());
        shared.accept(random.nextLong() >> 10, new float[] {9}, 0, "other", new Grid());
        others = written(shared.state());
        read(mine, shared.state());
      }
      assertThat(shared.accept(sample.timeMicros(), value, 0, sample.label(), split))
          .isEqualTo(expected);
    }
    uninterrupted.flush(whole);
    shared.flush(split);
    assertThat(split.points).isEqualTo(whole.points).isNotEmpty();
    assertThat(split.begins).isEqualTo(whole.begins);
  }

  @Test
  void aLabelOfAnyLengthSurvivesInTheState() throws IOException {
    resampler = new Resampler(withGrace(MILLI), 1);
    String label = "ü".repeat(70_000);
    sample(0, 1, label);
    sample(0.5, 1, null);
    Resampler other = new Resampler(withGrace(MILLI), 1);
    read(written(resampler.state()), other.state());
    other.flush(grid);
    assertThat(grid.points).extracting(Grid.Point::label).containsExactly(label);
  }

  @Test
  void theStateCostsASampleWhateverTheWindow() throws IOException {
    resampler = new Resampler(WindowSpec.of(MILLI, 100_000, 1), 3);
    float[] values = new float[3];
    for (int i = 0; i < 5_000; i++) {
      resampler.accept(T0 + i * MILLI, values, 0, "a label", new Grid());
    }
    assertThat(written(resampler.state())).hasSizeLessThan(64);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 10 * MILLI})
  void nothingIsAllocatedForASample(long graceMicros) {
    resampler = new Resampler(withGrace(graceMicros), 1);
    double[] sum = new double[1];
    GridConsumer consumer =
        new GridConsumer() {
          @Override
          public void begin(long timeMicros) {}

          @Override
          public void point(long point, float[] values, int offset, boolean filled, String label) {
            sum[0] += values[offset];
          }
        };
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    float[] value = {1};
    int samples = 100_000;
    long timeMicros = T0;
    long allocated = 0;
    for (int round = 0; round < 2; round++) {
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      for (int i = 0; i < samples; i++) {
        // On the grid, between its points, and with points left out.
        timeMicros += i % 3 == 0 ? 1_000 : i % 3 == 1 ? 700 : 2_300;
        resampler.accept(timeMicros, value, 0, "label", consumer);
      }
      allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
    assertThat(sum[0]).isGreaterThan(samples);
    assertThat(allocated).isLessThan(samples);
  }
}
