package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class AugmentationPropertiesTest {
  private static final int OFFSET = 7;

  @Property(tries = 200)
  void aWarpedWindowKeepsItsEndsAndItsRangeAndTouchesNothingElse(
      @ForAll @IntRange(min = 3, max = 60) int length,
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll @DoubleRange(min = 0, max = 0.99) double strength,
      @ForAll long seed) {
    float[] values = values(OFFSET + length * channels + OFFSET, seed);
    float[] original = values.clone();
    new TimeWarp(strength, length, channels).apply(values, OFFSET, new SplittableRandom(seed));
    int end = OFFSET + length * channels;
    for (int c = 0; c < channels; c++) {
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      for (int i = OFFSET + c; i < end; i += channels) {
        least = Math.min(least, original[i]);
        most = Math.max(most, original[i]);
      }
      for (int i = OFFSET + c; i < end; i += channels) {
        assertThat(values[i]).isBetween(least, most);
      }
      assertThat(values[OFFSET + c]).isEqualTo(original[OFFSET + c]);
      assertThat(values[end - channels + c]).isEqualTo(original[end - channels + c]);
    }
    assertUntouchedOutside(values, original, length * channels);
  }

  @Property(tries = 50)
  void anAlmostStraightWarpLeavesAlmostEverythingInPlace(
      @ForAll @IntRange(min = 3, max = 60) int length, @ForAll long seed) {
    float[] values = values(length, seed);
    float[] original = values.clone();
    new TimeWarp(1e-7, length, 1).apply(values, 0, new SplittableRandom(seed));
    for (int i = 0; i < length; i++) {
      assertThat(values[i]).isCloseTo(original[i], within(1e-3f));
    }
  }

  @Property(tries = 50)
  void timeInAWarpedWindowOnlyGoesForward(
      @ForAll @IntRange(min = 3, max = 60) int length,
      @ForAll @DoubleRange(min = 0, max = 0.99) double strength,
      @ForAll long seed) {
    float[] ramp = new float[length];
    for (int i = 0; i < length; i++) {
      ramp[i] = i;
    }
    new TimeWarp(strength, length, 1).apply(ramp, 0, new SplittableRandom(seed));
    assertThat(ramp).isSorted();
  }

  @Property(tries = 100)
  void scalingKeepsTheMeanOfTheTrainingPartInPlace(
      @ForAll @IntRange(min = 1, max = 30) int length,
      @ForAll @DoubleRange(min = 0.01, max = 2) double strength,
      @ForAll long seed) {
    Normalizer normalizer = new Normalizer(List.of(5f, -3f), List.of(2f, 1f));
    float[] values = values(OFFSET + 2 * length + OFFSET, seed);
    values[OFFSET] = 5;
    float[] original = values.clone();
    new Scaling(strength, normalizer, length).apply(values, OFFSET, new SplittableRandom(seed));
    assertThat(values[OFFSET]).isEqualTo(5);
    for (int c = 0; c < 2; c++) {
      float mean = normalizer.mean().get(c);
      double factor = Double.NaN;
      for (int i = OFFSET + c; i < OFFSET + 2 * length; i += 2) {
        double off = original[i] - mean;
        if (Math.abs(off) > 0.1) {
          double own = (values[i] - mean) / off;
          assertThat(own).isPositive();
          assertThat(own).isCloseTo(Double.isNaN(factor) ? own : factor, within(own * 1e-3 + 1e-4));
          factor = own;
        }
      }
    }
    assertUntouchedOutside(values, original, 2 * length);
  }

  @Property(tries = 20)
  void jitterIsInProportionToAChannelsDeviation(
      @ForAll @DoubleRange(min = 0.01, max = 1) double strength, @ForAll long seed) {
    int length = 2_000;
    Normalizer normalizer = new Normalizer(List.of(0f, 0f), List.of(10f, 0.1f));
    float[] noise = new float[2 * length];
    new Jitter(strength, normalizer, length).apply(noise, 0, new SplittableRandom(seed));
    for (int c = 0; c < 2; c++) {
      double squares = 0;
      for (int i = c; i < noise.length; i += 2) {
        squares += (double) noise[i] * noise[i];
      }
      double expected = strength * normalizer.standardDeviation().get(c);
      assertThat(Math.sqrt(squares / length)).isCloseTo(expected, within(0.1 * expected));
    }
  }

  @Property(tries = 50)
  void aRolledWindowHasTheSameSamples(
      @ForAll @IntRange(min = 1, max = 30) int length, @ForAll long seed) {
    float[] values = values(OFFSET + 2 * length + OFFSET, seed);
    float[] original = values.clone();
    new Roll(length, 2).apply(values, OFFSET, new SplittableRandom(seed));
    assertThat(samples(values, length))
        .containsExactlyInAnyOrderElementsOf(samples(original, length));
    assertUntouchedOutside(values, original, 2 * length);
  }

  @Property(tries = 50)
  void paddingStaysLastWhereAWindowIsRolled(
      @ForAll @IntRange(min = 1, max = 30) int samples,
      @ForAll @IntRange(min = 0, max = 10) int padding,
      @ForAll long seed) {
    int length = samples + padding;
    float[] values = values(OFFSET + 2 * length + OFFSET, seed);
    Arrays.fill(values, OFFSET + 2 * samples, OFFSET + 2 * length, Float.NaN);
    float[] original = values.clone();
    new Roll(length, 2).apply(values, OFFSET, new SplittableRandom(seed));
    assertThat(samples(values, samples))
        .containsExactlyInAnyOrderElementsOf(samples(original, samples));
    assertUntouchedOutside(values, original, 2 * samples);
  }

  @Property(tries = 20)
  void anEpochIsTheSameWhateverCameBeforeItAndAnotherOneIsNot(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 1000) int epoch) {
    TrainingSettings settings = augmented().seed(seed).build();
    Batches fresh = batches(settings, true);
    fresh.begin(epoch);
    Batches used = batches(settings, true);
    used.begin(epoch + 5);
    used.next();
    used.begin(epoch);
    Batches other = batches(settings, true);
    other.begin(epoch + 1);
    boolean differs = false;
    while (fresh.next()) {
      assertThat(used.next()).isTrue();
      other.next();
      assertThat(used.values()).isEqualTo(fresh.values());
      assertThat(used.label(0)).isEqualTo(fresh.label(0));
      differs |= !Arrays.equals(other.values(), fresh.values());
    }
    assertThat(used.next()).isFalse();
    assertThat(differs).isTrue();
  }

  @Property(tries = 20)
  void withoutStrengthEveryWindowComesOnceAsItIs(@ForAll long seed) {
    Batches batches =
        batches(TrainingSettings.builder().shift(false).batch(8).seed(seed).build(), false);
    batches.begin(1);
    List<Float> firsts = new ArrayList<>();
    while (batches.next()) {
      for (int i = 0; i < batches.count(); i++) {
        firsts.add(batches.values()[i * 10]);
        assertThat(batches.values()[i * 10 + 9]).isEqualTo(batches.values()[i * 10] + 9);
      }
    }
    Collections.sort(firsts);
    assertThat(firsts).containsExactlyElementsOf(starts());
  }

  private static List<Float> starts() {
    List<Float> starts = new ArrayList<>();
    for (int start = 0; start + 10 <= 200; start += 5) {
      // Half of this one has the one label and half the other.
      if (start != 95) {
        starts.add((float) start);
      }
    }
    return starts;
  }

  private static TrainingSettings.Builder augmented() {
    return TrainingSettings.builder().jitter(0.1).scaling(0.2).timeWarp(0.3).batch(8);
  }

  private static Batches batches(TrainingSettings settings, boolean roll) {
    Recording counting = Samples.counting("d", 200, i -> i < 100 ? "a" : "b");
    Recordings recordings = Recordings.of(List.of("x"), List.of(counting));
    Block whole = new Block(recordings.recordings().get(0), 0, 200);
    WindowSpec spec =
        new WindowSpec(Samples.PERIOD_MICROS, 10, 5, WindowSpec.DEFAULT_MAX_GAP_PERIODS, 0, 0.8);
    LabelledWindows windows = new LabelledWindows(List.of(whole.windows(spec)), List.of("a", "b"));
    return new Batches(windows, new Normalizer(List.of(100f), List.of(50f)), settings, roll);
  }

  private static List<List<Float>> samples(float[] values, int length) {
    List<List<Float>> samples = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      samples.add(List.of(values[OFFSET + 2 * i], values[OFFSET + 2 * i + 1]));
    }
    return samples;
  }

  private static void assertUntouchedOutside(float[] values, float[] original, int inside) {
    for (int i = 0; i < values.length; i++) {
      if (i < OFFSET || i >= OFFSET + inside) {
        // As bits: padding is NaN, which equals nothing.
        assertThat(Float.floatToIntBits(values[i])).isEqualTo(Float.floatToIntBits(original[i]));
      }
    }
  }

  private static float[] values(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * 3;
    }
    return values;
  }
}
