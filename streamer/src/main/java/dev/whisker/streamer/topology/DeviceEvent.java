package dev.whisker.streamer.topology;

import java.util.List;

/** What the window step tells the classify step about a device. */
sealed interface DeviceEvent {
  /** The device id. */
  String device();

  /**
   * Windows of the device are due.
   *
   * @param windows at least one, in order; valid only while they are processed
   */
  record WindowsDue(String device, List<DueWindow> windows) implements DeviceEvent {
    /** The offset of the first reading that made one of them due. */
    long firstOffset() {
      return windows.get(0).offset();
    }

    /** The offset of the last reading that made one of them due. */
    long lastOffset() {
      return windows.get(windows.size() - 1).offset();
    }
  }

  /**
   * The device was silent for so long that it was evicted.
   *
   * @param lastMicros the time of its last sample, microseconds since the epoch
   * @param nowMillis the time of the eviction, milliseconds since the epoch
   */
  record WentSilent(String device, long lastMicros, long nowMillis) implements DeviceEvent {}
}
