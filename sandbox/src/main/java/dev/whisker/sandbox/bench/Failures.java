package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.bench.BenchSettings.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What could not be measured: told, kept, and passed over. Not thread-safe. */
final class Failures {
  private final Progress progress;
  private final StopSignal stop;
  private final List<BenchFailure> all = new ArrayList<>();

  Failures(Progress progress, StopSignal stop) {
    this.progress = progress;
    this.stop = stop;
  }

  /** Something that is measured. */
  interface Step {
    /**
     * Measures it.
     *
     * @throws CommandFailure if it cannot be measured
     */
    void run() throws InterruptedException;
  }

  /**
   * Runs a step; if it fails, the next one may still be run.
   *
   * @param point of the part, for people
   * @throws CommandFailure if the end was asked for
   */
  void attempt(Part part, String point, Step step) throws InterruptedException {
    try {
      step.run();
    } catch (CommandFailure e) {
      if (stop.isRequested()) {
        throw e;
      }
      String name = part.name().toLowerCase(Locale.ROOT);
      all.add(new BenchFailure(name, point, e.getMessage()));
      progress.say("%s, %s FAILED, the rest goes on: %s", name, point, e.getMessage());
    }
  }

  /** All so far, in their order. */
  List<BenchFailure> all() {
    return List.copyOf(all);
  }
}
