package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.bench.BenchSettings.Part;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final StringWriter said = new StringWriter();
  private final StopSignal stop = new StopSignal();
  private final Failures failures =
      new Failures(new Progress(new PrintWriter(said), Clock.systemUTC()), stop);

  @Test
  void aStepThatFailsIsToldAndTheNextOneIsRun() throws InterruptedException {
    AtomicBoolean run = new AtomicBoolean();

    failures.attempt(Part.GROWTH, "64 channels", ThisFails::now);
    failures.attempt(Part.GROWTH, "1 channel", () -> run.set(true));

    assertThat(run).isTrue();
    assertThat(failures.all())
        .containsExactly(new BenchFailure("growth", "64 channels", "there is no room"));
    assertThat(said.toString()).contains("growth, 64 channels FAILED", "there is no room");
  }

  @Test
  void aStopSignalEndsEverything() {
    stop.request();

    assertThatThrownBy(() -> failures.attempt(Part.GROWTH, "64 channels", ThisFails::now))
        .isInstanceOf(CommandFailure.class);
    assertThat(failures.all()).isEmpty();
  }

  private static final class ThisFails {
    static void now() {
      throw new CommandFailure("there is no room");
    }
  }
}
