package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
  @ParameterizedTest
  @EnumSource(Schedule.class)
  void theRateIsNeverAboveWhatIsSetNorNothing(Schedule schedule) {
    for (int epochs = 1; epochs <= 40; epochs++) {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        assertThat(schedule.factor(epoch, epochs)).isGreaterThan(0).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void aCosineFallsFromOneNearlyToNothing() {
    assertThat(factors(Schedule.COSINE, 4))
        .containsExactly(new double[] {1, 0.8536, 0.5, 0.1464}, within(1e-4));
  }

  @Test
  void stepsGoDownAtHalfAndThreeQuarters() {
    assertThat(factors(Schedule.STEP, 8))
        .containsExactly(new double[] {1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01}, within(1e-9));
  }

  @Test
  void oneCycleGoesUpAndDown() {
    double[] factors = factors(Schedule.ONE_CYCLE, 10);
    assertThat(factors[0]).isEqualTo(0.04, within(1e-9));
    assertThat(factors[3]).isEqualTo(1, within(1e-9));
    assertThat(IntStream.range(0, 3)).allMatch(i -> factors[i] < factors[i + 1]);
    assertThat(IntStream.range(3, 9)).allMatch(i -> factors[i] > factors[i + 1]);
  }

  @Test
  void itIsWrittenAsOnTheCommandLine() {
    assertThat(Schedule.ONE_CYCLE).hasToString("one-cycle");
  }

  private static double[] factors(Schedule schedule, int epochs) {
    return IntStream.rangeClosed(1, epochs)
        .mapToDouble(epoch -> schedule.factor(epoch, epochs))
        .toArray();
  }
}
