package dev.whisker.classifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StopSignalTest {
  private final StopSignal stop = new StopSignal();

  @Test
  void waitingEndsAfterItsTimeIfNobodyAsksForTheEnd() throws InterruptedException {
    assertThat(stop.await(Duration.ofMillis(1))).isFalse();
    assertThat(stop.await(Duration.ofMillis(-1))).isFalse();
    assertThat(stop.isRequested()).isFalse();
  }

  @Test
  void waitingEndsWhenTheEndIsAskedFor() throws InterruptedException {
    Thread other = new Thread(stop::request);
    other.start();

    assertThat(stop.await(Duration.ofDays(1))).isTrue();
    assertThat(stop.isRequested()).isTrue();
    other.join();
  }
}
