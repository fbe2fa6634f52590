package dev.whisker.trainer.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RecordedPeriodTest {
  @Test
  void aRegularPeriodIsFoundExactly() {
    assertThat(RecordedPeriod.guess(sampled(1_000, i -> 20_000L * i))).isEqualTo(20_000);
  }

  @Property(tries = 200)
  void everyWholeRateIsFoundExactlyFromRoundedTimes(
      @ForAll @IntRange(min = 1, max = 48_000) int hertz) {
    double period = 1e6 / hertz;
    Recordings recordings = sampled(10_000, i -> Math.round(i * period));
    assertThat(RecordedPeriod.guess(recordings)).isEqualTo(period, within(1e-9 * period));
  }

  @Test
  void aWholeRateIsFoundFromTimesRoundedToMilliseconds() {
    Recordings recordings = sampled(20_000, i -> 1_000 * Math.round(i * 1_000 / 60.0));
    assertThat(RecordedPeriod.guess(recordings)).isEqualTo(1e6 / 60);
  }

  @Test
  void jitterGapsAndMissingSamplesDoNotMatter() {
    Random random = new Random(1);
    long[] skipped = {0};
    Recordings recordings =
        sampled(
            20_000,
            i -> {
              skipped[0] += i % 1_000 == 999 ? 5_000_000 : i % 50 == 49 ? 20_000 : 0;
              return 20_000L * i + skipped[0] + random.nextInt(2_001) - 1_000;
            });
    assertThat(RecordedPeriod.guess(recordings)).isCloseTo(20_000, within(20.0));
  }

  @Test
  void oneSampleIsTooFewToGuessFrom() {
    assertThatThrownBy(() -> RecordedPeriod.guess(sampled(1, i -> i)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--period");
  }

  private static Recordings sampled(int samples, IntToLongFunction time) {
    long[] times = new long[samples];
    for (int i = 0; i < samples; i++) {
      times[i] = time.applyAsLong(i);
    }
    Recording recording = new Recording("d", 1, times, new float[samples], new String[samples]);
    return Recordings.of(List.of("x"), List.of(recording));
  }
}
