package dev.whisker.sandbox.demo;

import dev.whisker.trainer.training.TrainingProgress;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Tells people what the demo does, a line a step with the time since its beginning. */
final class Announcer {
  private static final Duration BETWEEN_EPOCHS = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final Clock clock;
  private final Instant begin;

  Announcer(PrintWriter out, Clock clock) {
    this.out = out;
    this.clock = clock;
    this.begin = clock.instant();
  }

  /** A step begins. */
  void step(String text) {
    double seconds = Duration.between(begin, clock.instant()).toMillis() / 1e3;
    out.println(String.format(Locale.ROOT, "%6.1f s  %s", seconds, text));
    out.flush();
  }

  /** Something about the present step. */
  void detail(String text) {
    out.println("          " + text);
    out.flush();
  }

  /** Tells of a training, not more than a line every five seconds. */
  TrainingProgress progress() {
    return new TrainingProgress() {
      private Duration told = Duration.ZERO;

      @Override
      public void note(String text) {
        detail(text);
      }

      @Override
      public void epoch(Epoch epoch) {
        if (epoch.elapsed().minus(told).compareTo(BETWEEN_EPOCHS) >= 0) {
          told = epoch.elapsed();
          detail(
              String.format(
                  Locale.ROOT,
                  "epoch %d of %d: loss %.3f, %.1f %% of the validation windows right",
                  epoch.epoch(),
                  epoch.epochs(),
                  epoch.loss(),
                  100 * epoch.validationAccuracy()));
        }
      }

      @Override
      public void finished(String why) {
        detail(why);
      }
    };
  }
}
