package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.cli.CommandFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(4);

  @Test
  void theWarmUpIsLeftOut() {
    Throughput.Watch watch = new Throughput.Watch(1_000, WARM_UP, LONGEST);

    assertThat(watch.isDone(moment(0, 0, 0))).isFalse();
    // Cold at first: 10 in 5 s, and then 10 a second for half of a second of processor time each.
    assertThat(watch.isDone(moment(2 * SECOND, 1, SECOND))).isFalse();
    assertThat(watch.isDone(moment(7 * SECOND, 10, 6 * SECOND))).isFalse();
    for (int second = 1; second <= 4; second++) {
      Throughput.Moment moment =
          moment((7 + second) * SECOND, 10 + 10 * second, 6 * SECOND + second * SECOND / 2);
      assertThat(watch.isDone(moment)).isEqualTo(second == 4);
    }

    Throughput measured = watch.throughput(1, 12.5);
    assertThat(measured.windowsPerSecond()).isCloseTo(10, within(1e-9));
    assertThat(measured.cpuMicros()).isCloseTo(50_000, within(1e-6));
    assertThat(measured.windows()).isEqualTo(40);
    assertThat(measured.memoryMb()).isEqualTo(12.5);
    assertThat(measured.warmSeconds()).isCloseTo(5, within(1e-9));
    assertThat(measured.stolen()).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void aBacklogThatIsSoonDoneIsMeasuredFromItsMiddle() {
    Throughput.Watch watch = new Throughput.Watch(100, WARM_UP, LONGEST);

    assertThat(watch.isDone(moment(SECOND, 10, 0))).isFalse();
    assertThat(watch.isDone(moment(2 * SECOND, 50, 0))).isFalse();
    assertThat(watch.isDone(moment(3 * SECOND, 94, 0))).isFalse();
    assertThat(watch.isDone(moment(4 * SECOND, 96, 0))).isTrue();

    Throughput measured = watch.throughput(1, null);
    assertThat(measured.windowsPerSecond()).isCloseTo(23, within(1e-9));
    assertThat(measured.warmSeconds()).isCloseTo(1, within(1e-9));
  }

  @Test
  void marksOfTransactionsAreNoWindows() {
    Throughput.Watch watch = new Throughput.Watch(1_000, Duration.ZERO, LONGEST);
    watch.isDone(moment(0, 50, 0));
    watch.isDone(moment(4 * SECOND, 250, SECOND));

    assertThat(watch.throughput(0.9, null).windowsPerSecond()).isCloseTo(45, within(1e-9));
  }

  @Test
  void whatComesAtOnceCannotBeMeasured() {
    Throughput.Watch watch = new Throughput.Watch(100, WARM_UP, LONGEST);
    assertThat(watch.isDone(moment(SECOND, 100, SECOND))).isTrue();

    assertThatThrownBy(() -> watch.throughput(1, null))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--seconds");
  }

  @Test
  void theHostsShareIsThatOfWhatIsNeitherIdleNorOurs() {
    HostTime from = HostTime.of("cpu  170835 0 32043 96724 1223 0 3112 9248 7 8");
    HostTime to = HostTime.of("cpu  170885 0 32053 96744 1223 0 3112 9268 9 9");

    assertThat(HostTime.stolen(from, to)).isCloseTo(0.2, within(1e-9));
    assertThat(HostTime.stolen(from, from)).isNull();
    assertThat(HostTime.stolen(null, to)).isNull();
  }

  /** A tenth of the time is the host's. */
  private static Throughput.Moment moment(long nanos, long offsets, long cpuNanos) {
    return new Throughput.Moment(nanos, offsets, cpuNanos, new HostTime(nanos, 10 * nanos));
  }
}
