package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void theFirstQuarterAndWhatComesAfterTheEndAreLeftOut() {
    List<Throughput.Moment> moments = new ArrayList<>();
    // Cold at first: 10 in 5 s, and then 10 a second for half of a second of processor time each.
    moments.add(new Throughput.Moment(0, 1, 0));
    moments.add(new Throughput.Moment(5 * SECOND, 10, 5 * SECOND));
    for (int second = 1; second <= 9; second++) {
      moments.add(
          new Throughput.Moment(
              (5 + second) * SECOND, 10 + 10 * second, 5 * SECOND + second * SECOND / 2));
    }
    // Nothing more comes, as when the last one saw what the one before it had seen.
    moments.add(new Throughput.Moment(60 * SECOND, 100, 30 * SECOND));

    Throughput measured = Throughput.of(moments, 1, 12.5);

    assertThat(measured.windowsPerSecond()).isCloseTo(10, within(1e-9));
    assertThat(measured.cpuMicros()).isCloseTo(50_000, within(1e-6));
    assertThat(measured.windows()).isEqualTo(70);
    assertThat(measured.memoryMb()).isEqualTo(12.5);
  }

  @Test
  void marksOfTransactionsAreNoWindows() {
    List<Throughput.Moment> moments =
        List.of(
            new Throughput.Moment(0, 50, 0),
            new Throughput.Moment(SECOND, 150, SECOND),
            new Throughput.Moment(2 * SECOND, 200, 2 * SECOND));

    assertThat(Throughput.of(moments, 0.9, null).windowsPerSecond()).isCloseTo(45, within(1e-9));
  }

  @Test
  void whatComesAtOnceCannotBeMeasured() {
    assertThatThrownBy(
            () -> Throughput.of(List.of(new Throughput.Moment(SECOND, 100, SECOND)), 1, null))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--seconds");
  }
}
