package dev.whisker.streamer.topology;

import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.state.Fitness;

/** Counts and tells stored state that cannot be gone on from. Not thread-safe. */
final class DiscardedState {
  private final StreamerMetrics metrics;
  private final RareWarnings warnings;

  DiscardedState(StreamerMetrics metrics, RareWarnings warnings) {
    this.metrics = metrics;
    this.warnings = warnings;
  }

  /**
   * Tells of state unless it fits.
   *
   * @param store the store that it is in
   * @param device the device that it is of
   */
  void tell(String store, Fitness fitness, String device) {
    if (fitness == Fitness.FITS) {
      return;
    }
    metrics.discard(store, fitness);
    warnings.warn(
        store + " " + fitness.code(),
        () ->
            "What the store "
                + store
                + " holds of device "
                + device
                + " cannot be gone on from ("
                + fitness.code()
                + "); it begins anew");
  }
}
