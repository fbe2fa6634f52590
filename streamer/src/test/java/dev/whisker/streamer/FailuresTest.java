package dev.whisker.streamer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.streamer.config.FailurePolicy;
import dev.whisker.streamer.config.FailurePolicy.Action;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static final Throwable PASSING =
      new StreamsException("process", new TimeoutException("no answer"));

  private final SetClock clock = new SetClock();

  private Failures failures(Action action, int most, int threads) {
    return new Failures(new FailurePolicy(action, most, Duration.ofMinutes(10)), threads, clock);
  }

  @Test
  void whatMayPassIsTriedAgainUntilItHappensTooOften() {
    Failures failures = failures(Action.RESTART, 2, 1);
    assertThat(failures.add(PASSING)).isEmpty();
    assertThat(failures.add(PASSING)).isEmpty();
    assertThat(failures.count()).isEqualTo("2 of at most 2 in PT10M");
    assertThat(failures.add(PASSING))
        .hasValueSatisfying(
            why -> assertThat(why).contains("2 threads were replaced within PT10M"));
  }

  @Test
  void oldFailuresAreForgotten() {
    Failures failures = failures(Action.RESTART, 1, 1);
    assertThat(failures.add(PASSING)).isEmpty();
    clock.now = clock.now.plus(Duration.ofMinutes(10)).minusMillis(1);
    assertThat(failures.add(PASSING)).isPresent();
    clock.now = clock.now.plusMillis(1);
    assertThat(failures.add(PASSING)).isEmpty();
  }

  @Test
  void anOutageMayEndAllThreadsAtOnce() {
    Failures failures = failures(Action.RESTART, 1, 4);
    for (int thread = 0; thread < 4; thread++) {
      assertThat(failures.add(PASSING)).isEmpty();
    }
    assertThat(failures.add(PASSING)).isPresent();
  }

  @Test
  void whatCannotPassIsTheEndAtOnceHoweverDeepItLies() {
    Failures failures = failures(Action.RESTART, 5, 1);
    assertThat(
            failures.add(
                new StreamsException("x", new TopicAuthorizationException(Set.of("readings")))))
        .isPresent();
    assertThat(failures.add(new MissingSourceTopicException("readings"))).isPresent();
    assertThat(failures.add(new OutOfMemoryError("heap"))).isPresent();
    assertThat(failures.add(PASSING)).as("none of them counts as a restart").isEmpty();
  }

  @Test
  void aPolicyThatStopsNeverRestarts() {
    assertThat(failures(Action.STOP, 5, 1).add(PASSING)).isPresent();
  }

  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
