package dev.whisker.sandbox.watch;

import dev.whisker.schemas.Prediction;

/** What is known of one device: its latest prediction and since when its stable label holds. */
final class DeviceView {
  private static final int TREND_LENGTH = 8;

  private final Sparkline trend = new Sparkline(TREND_LENGTH);
  private Prediction latest;
  private long stableSinceMicros;
  private long latencyMillis;

  /**
   * Takes the device's next prediction.
   *
   * @return whether it is the first one or changes the stable label
   */
  boolean accept(ReceivedPrediction received) {
    Prediction prediction = received.prediction();
    boolean changed = latest == null || !latest.stableLabel().equals(prediction.stableLabel());
    if (changed) {
      stableSinceMicros = prediction.windowEndMicros();
    }
    latest = prediction;
    trend.add(prediction.confidence());
    latencyMillis = received.latencyMillis();
    return changed;
  }

  Prediction latest() {
    return latest;
  }

  /** The latest confidences. */
  Sparkline trend() {
    return trend;
  }

  long latencyMillis() {
    return latencyMillis;
  }

  /** How long the stable label has held, in the device's own time, in seconds. */
  long stableSeconds() {
    return (latest.windowEndMicros() - stableSinceMicros) / 1_000_000;
  }
}
