package dev.whisker.streamer.topology;

import dev.whisker.schemas.SensorReading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a batch of records holds that can be used.
 *
 * @param readings in the order of their offsets
 * @param firstOffset the first offset of the batch, whether that record was accepted or not
 * @param lastOffset the last one
 */
record AcceptedReadings(List<One> readings, long firstOffset, long lastOffset) {
  /**
   * One of them.
   *
   * @param arrivedMillis when it arrived in the topic, milliseconds since the epoch
   */
  record One(SensorReading reading, long offset, long arrivedMillis) {}

  /** The readings of each device, in order. */
  Collection<List<One>> byDevice() {
    Map<String, List<One>> byDevice = new LinkedHashMap<>();
    for (One one : readings) {
      byDevice.computeIfAbsent(one.reading().device(), device -> new ArrayList<>()).add(one);
    }
    return byDevice.values();
  }
}
