package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.streamer.metrics.StreamerMetrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Counts a task's devices by stable label, as the labels store holds them. Not thread-safe. */
final class StableTally {
  private final StreamerMetrics metrics;
  private final Map<String, Long> counts = new HashMap<>();

  /** No devices. */
  StableTally(StreamerMetrics metrics) {
    this.metrics = metrics;
  }

  /** Counts anew, by the labels of a model. */
  void count(KeyValueStore<Bytes, byte[]> labels, Manifest manifest) {
    clear();
    try (KeyValueIterator<Bytes, byte[]> all = labels.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        if (!WindowClassifier.isOfShadow(entry.key)) {
          add(WindowClassifier.stableLabel(entry.value, manifest), 1);
        }
      }
    }
  }

  /**
   * A device's stable label is another one.
   *
   * @param from what it was; null: the device was not in the store
   * @param to what it is; null: the device is no longer there
   */
  void move(String from, String to) {
    if (from != null) {
      add(from, -1);
    }
    if (to != null) {
      add(to, 1);
    }
  }

  /** The devices are another task's from now on. */
  void clear() {
    counts.forEach((label, count) -> metrics.stable(label, -count));
    counts.clear();
  }

  private void add(String label, long difference) {
    counts.merge(label, difference, Long::sum);
    metrics.stable(label, difference);
  }
}
