package dev.whisker.sandbox.bench;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Tells people what is measured, a line each with the time since the beginning. */
final class Progress {
  private final PrintWriter out;
  private final Clock clock;
  private final Instant begin;

  Progress(PrintWriter out, Clock clock) {
    this.out = out;
    this.clock = clock;
    this.begin = clock.instant();
  }

  /** Since the beginning. */
  double seconds() {
    return Duration.between(begin, clock.instant()).toMillis() / 1e3;
  }

  /** Something begins or was found. */
  void say(String text, Object... values) {
    out.println(
        String.format(
            Locale.ROOT, "%6.1f s  %s", seconds(), String.format(Locale.ROOT, text, values)));
    out.flush();
  }
}
