package dev.whisker.streamer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollPaceTest {
  private final List<Long> pauses = new ArrayList<>();
  private long nanos = -5;
  private final PollPace pace =
      new PollPace(
          2_000,
          () -> nanos,
          pause -> {
            pauses.add(pause);
            nanos += pause;
          });

  @Test
  void whoWaitedForReadingsPollsAtOnce() {
    poll(10_000, true);
    work(3_000);
    poll(10_000, true);
    work(2_000);
    poll(0, false);
    poll(0, false);
    poll(1, true);
    assertThat(pauses).isEmpty();
  }

  @Test
  void theNextPollWaitsForTheRestOfTheTime() {
    poll(10_000, true);
    work(500);
    poll(1, true);
    work(1_999);
    poll(1, true);
    assertThat(pauses).containsExactly(1_500L, 1L);
  }

  @Test
  void whereNothingCameNothingIsWaitedFor() {
    poll(10, true);
    poll(10, false);
    poll(10, false);
    assertThat(pauses).containsExactly(2_000L);
  }

  @Test
  void withoutAWaitEveryPollIsAtOnce() {
    PollPace none = new PollPace(0, () -> nanos, pauses::add);
    none.await();
    none.polled(true);
    none.await();
    assertThat(pauses).isEmpty();
  }

  private void poll(long time, boolean brings) {
    pace.await();
    nanos += time;
    pace.polled(brings);
  }

  private void work(long time) {
    nanos += time;
  }
}
