package dev.whisker.sandbox.replay;

import dev.whisker.schemas.SensorReading;

/** Takes readings in order. Not thread-safe. */
public interface ReadingSink {
  /**
   * Takes a reading.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if this or an earlier one cannot be taken
   */
  void publish(SensorReading reading);

  /**
   * Waits until everything is where it belongs.
   *
   * @throws dev.whisker.classifier.cli.CommandFailure if something could not be taken
   */
  void flush();
}
