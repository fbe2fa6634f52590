package dev.whisker.classifier.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowSpecTest {
  @ParameterizedTest
  @CsvSource({
    "0.5, 4, 2, 5, 0, 0.8, period is 0.5",
    "0, 4, 2, 5, 0, 0.8, period is 0.0",
    "-1, 4, 2, 5, 0, 0.8, period is -1.0",
    "NaN, 4, 2, 5, 0, 0.8, period is NaN",
    "Infinity, 4, 2, 5, 0, 0.8, period is Infinity",
    "1000, 0, 1, 5, 0, 0.8, length is 0",
    "1000, -4, 1, 5, 0, 0.8, length is -4",
    "1000, 2147483647, 1, 5, 0, 0.8, length is 2147483647",
    "1000, 4, 0, 5, 0, 0.8, hop is 0",
    "1000, 4, 5, 5, 0, 0.8, hop is 5; expected 1 to the length",
    "1000, 4, 2, 0.5, 0, 0.8, maxGap is 0.5",
    "1000, 4, 2, NaN, 0, 0.8, maxGap is NaN",
    "1000, 4, 2, Infinity, 0, 0.8, maxGap is Infinity",
    "1000, 4, 2, 5, -1, 0.8, grace is -1",
    "1000, 4, 2, 5, 0, 0.5, truthShare is 0.5",
    "1000, 4, 2, 5, 0, 1.1, truthShare is 1.1",
    "1000, 4, 2, 5, 0, NaN, truthShare is NaN",
  })
  void whatMakesNoWindowsIsRefused(
      double period, int length, int hop, double maxGap, long grace, double truth, String message) {
    assertThatThrownBy(() -> new WindowSpec(period, length, hop, maxGap, grace, truth))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 0, 0.51", "160, 3125, 1250, 5, 0, 0.8", "83.333, 4, 4, 2.5, 9, 1"})
  void whatMakesWindowsIsAccepted(
      double period, int length, int hop, double maxGap, long grace, double truth) {
    assertThatCode(() -> new WindowSpec(period, length, hop, maxGap, grace, truth))
        .doesNotThrowAnyException();
  }

  @Test
  void theUsualWindowsHaveTheUsualGapGraceAndTruth() {
    assertThat(WindowSpec.of(160, 3125, 1250))
        .isEqualTo(new WindowSpec(160, 3125, 1250, 5, 0, 0.8));
  }

  @Property(tries = 500)
  void theEarliestPointNeededIsTheStartOfTheFirstWindowToCome(
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 40) int hop,
      @ForAll @IntRange(max = 300) int next) {
    WindowSpec spec = WindowSpec.of(1_000, length, Math.min(hop, length));
    long end = next;
    while (!spec.isDue(end)) {
      end++;
    }
    assertThat(spec.earliestNeeded(next)).isEqualTo(end - (length - 1));
  }

  @Property(tries = 200)
  void windowsAreDueEveryHopOnceTheFirstIsFull(
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 40) int hop) {
    WindowSpec spec = WindowSpec.of(1_000, length, Math.min(hop, length));
    int due = length - 1;
    for (int point = 0; point < 200; point++) {
      assertThat(spec.isDue(point)).isEqualTo(point == due);
      due += point == due ? spec.hop() : 0;
    }
  }

  @Test
  void aFractionOfAPeriodDoesNotDrift() {
    WindowSpec spec = WindowSpec.of(1e6 / 12_000, 10, 10);
    assertThat(spec.timeMicros(5, 12_000L * 86_400 * 365)).isEqualTo(5 + 1_000_000L * 86_400 * 365);
    assertThat(spec.timeMicros(0, 1)).isEqualTo(83);
    assertThat(spec.timeMicros(0, 2)).isEqualTo(167);
  }
}
