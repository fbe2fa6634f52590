package dev.whisker.streamer.topology;

import dev.whisker.classifier.window.Window;
import java.util.List;

/** What the window step tells the classify step about a device. */
sealed interface DeviceEvent {
  /**
   * Windows of the device are due.
   *
   * @param windows in order; valid only while they are processed
   */
  record WindowsDue(List<Window> windows) implements DeviceEvent {}

  /**
   * The device was silent for so long that it was evicted.
   *
   * @param lastMicros the time of its last sample, microseconds since the epoch
   */
  record WentSilent(long lastMicros) implements DeviceEvent {}
}
