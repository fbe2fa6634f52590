package dev.whisker.sandbox.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RehearsalTest {
  @Test
  @Timeout(300)
  void aWindowIsClassifiedAndTheStreamerStopsCleanly() throws Exception {
    // It throws if the streamer ends before.
    assertThat(Rehearsal.run()).isZero();
  }
}
