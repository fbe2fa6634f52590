package dev.whisker.sandbox.bench;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.trainer.engine.BareSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * A peer as a program of its own: the bare engine, on one thread, on windows that are there. Tells
 * its windows a second and ends.
 */
public final class EnginePeer {
  private static final int BATCH = 128;

  private EnginePeer() {}

  /**
   * Runs it.
   *
   * @param arguments a bundle of the model A, and for how many milliseconds
   */
  public static void main(String[] arguments) {
    Bundle bundle = Bundle.read(Path.of(arguments[0]));
    Duration time = Duration.ofMillis(Long.parseLong(arguments[1]));
    float[] windows = BenchReadings.windows(ModelShape.A, BATCH);
    try (BareSession session =
        BareSession.open(bundle, windows, BATCH, BareSession.Options.WHISKER)) {
      // The first quarter is left out, as it is for the others.
      var unused = EngineBench.windowsPerSecond(time.dividedBy(4), BATCH, session::run);
      System.out.println(
          String.format(
              Locale.ROOT,
              "%.1f windows/s",
              EngineBench.windowsPerSecond(
                  time.multipliedBy(3).dividedBy(4), BATCH, session::run)));
    }
  }
}
