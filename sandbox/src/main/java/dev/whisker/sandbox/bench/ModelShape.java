package dev.whisker.sandbox.bench;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.export.UntrainedBundle;
import dev.whisker.trainer.network.NetworkSettings;
import dev.whisker.trainer.network.NetworkShape;

/**
 * An LSTM with its windows.
 *
 * @param length samples in a window
 * @param hop samples from one window's start to the next one's
 * @param channels values in a sample
 * @param labels classes
 * @param frame samples in a step of the network
 * @param units of each of its layers
 * @param layers how many there are
 */
record ModelShape(int length, int hop, int channels, int labels, int frame, int units, int layers) {
  /** Between two samples: 100 Hz. */
  static final long PERIOD_MICROS = 10_000;

  /** The reference model A. */
  static final ModelShape A = new ModelShape(128, 64, 9, 6, 1, 64, 1);

  private static final int LIGHT_STEPS = 16;
  private static final int LIGHT_UNITS = 8;

  /**
   * Windows whose network costs little, and nearly the same whatever their length, so that what is
   * around it is measured: 8 units, 16 steps.
   */
  static ModelShape light(int length, int hop, int channels) {
    return new ModelShape(length, hop, channels, 6, length / LIGHT_STEPS, LIGHT_UNITS, 1);
  }

  /** How many windows are due after so many samples of a device. */
  long windows(long samples) {
    return samples < length ? 0 : (samples - length) / hop + 1;
  }

  /** How many samples of a device make so many windows; 0 windows need none. */
  long samples(long windows) {
    return windows == 0 ? 0 : length + (windows - 1) * hop;
  }

  /** Values in a window. */
  int values() {
    return length * channels;
  }

  /** The bundle, the same one every time. */
  Bundle bundle() {
    return UntrainedBundle.of(
        "bench",
        "lstm",
        WindowSpec.of(PERIOD_MICROS, length, hop),
        new NetworkShape(length, channels, frame, labels),
        new NetworkSettings(units, layers, 0, 0, 1e-3, 0, 1, 1));
  }
}
