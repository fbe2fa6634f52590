package dev.whisker.streamer;

import dev.whisker.streamer.metrics.StreamerMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows how stores are restored from their changelogs: for readiness, metrics and the log. A
 * store is that of one partition. Thread-safe.
 */
final class Restoration implements StateRestoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);
  private static final double NANOS_PER_SECOND = 1e9;

  private final StreamerMetrics metrics;

  /** Records that the stores under way still lack. */
  private final Map<TopicPartition, Long> missing = new HashMap<>();

  private int begun;
  private long records;
  private long startNanos;

  Restoration(StreamerMetrics metrics) {
    this.metrics = metrics;
  }

  /** How far it is, for people; empty: nothing is being restored. */
  synchronized Optional<String> progress() {
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    long left = missing.values().stream().mapToLong(Long::longValue).sum();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "restoring stores, %d of %d done, about %d records to go",
            begun - missing.size(),
            begun,
            left));
  }

  @Override
  public synchronized void onRestoreStart(
      TopicPartition partition, String store, long startingOffset, long endingOffset) {
    if (missing.isEmpty()) {
      begun = 0;
      records = 0;
      startNanos = System.nanoTime();
    }
    begun++;
    missing.put(partition, Math.max(0, endingOffset - startingOffset));
    metrics.restoring(missing.size());
  }

  @Override
  public synchronized void onBatchRestored(
      TopicPartition partition, String store, long batchEndOffset, long count) {
    records += count;
    missing.computeIfPresent(partition, (key, left) -> Math.max(0, left - count));
    metrics.restored(count);
  }

  @Override
  public synchronized void onRestoreEnd(TopicPartition partition, String store, long total) {
    ended(partition);
  }

  @Override
  public synchronized void onRestoreSuspended(TopicPartition partition, String store, long total) {
    ended(partition);
  }

  private void ended(TopicPartition partition) {
    if (missing.remove(partition) == null) {
      return;
    }
    metrics.restoring(missing.size());
    if (missing.isEmpty()) {
      if (records > 0) {
        Duration time = Duration.ofNanos(System.nanoTime() - startNanos);
        metrics.allRestored(time);
        LOG.info(
            "Restored {} records of {} stores in {} s",
            records,
            begun,
            String.format(Locale.ROOT, "%.1f", time.toNanos() / NANOS_PER_SECOND));
      }
    }
  }
}
