package dev.whisker.trainer.training;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.recording.RecordedPeriod;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;

/** The shape of windows, where it is not set, from the recordings. */
final class WindowShape {
  private static final int LONGEST = 128;
  private static final int SHORTEST = 8;
  private static final int WINDOWS_IN_THE_SHORTEST_RECORDING = 10;

  private WindowShape() {}

  /**
   * Settings first, then the recordings: the guessed period, a tenth of the shortest recording but
   * from 8 to 128 samples and a multiple of 8, which frames divide well, and half of that as hop;
   * all of it where the network carries state. Series are one window each; where they differ in
   * length, it has room for the longest, and half of the shortest is enough to be padded to one.
   *
   * @throws CommandFailure if no recording is as long as a window
   */
  static WindowSpec of(Recordings recordings, TrainingSettings settings) {
    double period =
        settings.periodMicros() != null
            ? settings.periodMicros()
            : RecordedPeriod.guess(recordings);
    int shortest =
        recordings.recordings().stream().mapToInt(Recording::samples).min().orElseThrow();
    int longest = recordings.recordings().stream().mapToInt(Recording::samples).max().orElseThrow();
    int window =
        settings.window() != null
            ? settings.window()
            : recordings.series()
                ? shortest == longest ? longest : (longest + SHORTEST - 1) / SHORTEST * SHORTEST
                : Math.max(
                        SHORTEST, Math.min(LONGEST, shortest / WINDOWS_IN_THE_SHORTEST_RECORDING))
                    / SHORTEST
                    * SHORTEST;
    boolean pads = recordings.series() && settings.window() == null && shortest < longest;
    if (longest < window && !pads && settings.periodMicros() == null) {
      throw new CommandFailure(
          "No recording is as long as a window of "
              + window
              + " samples; the longest has "
              + longest
              + ". Set a shorter --window");
    }
    if (carries(settings)) {
      requireTumbling(settings, window);
      return spec(settings, period, window, window, window);
    }
    boolean whole = pads || recordings.series() && longest == window;
    int hop = settings.hop() != null ? settings.hop() : whole ? window : Math.max(1, window / 2);
    return spec(settings, period, window, hop, pads ? Math.max(1, shortest / 2) : window);
  }

  private static boolean carries(TrainingSettings settings) {
    return !settings.network().equals(TrainingSettings.AUTO)
        && Network.named(settings.network()).isStateful();
  }

  /** A sample in two windows would pass the state twice. */
  private static void requireTumbling(TrainingSettings settings, int window) {
    if (settings.hop() != null && settings.hop() != window) {
      throw new CommandFailure(
          "The network "
              + settings.network()
              + " carries its state from window to window, so every sample must be in one window:"
              + " a hop of "
              + window
              + " samples, the window's length, is expected and --hop is "
              + settings.hop()
              + ". Leave --hop out, or use another --network");
    }
  }

  private static WindowSpec spec(
      TrainingSettings settings, double period, int window, int hop, int shortest) {
    return new WindowSpec(
        period,
        window,
        hop,
        settings.maxGapPeriods(),
        settings.graceMicros(),
        settings.truthShare(),
        shortest);
  }
}
