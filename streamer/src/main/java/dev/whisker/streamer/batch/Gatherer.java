package dev.whisker.streamer.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Polls once more, and again, for a short time, while a thread has much to do: what comes meanwhile
 * goes through the engine with the rest. A thread that waits for readings most of the time does not
 * wait here.
 *
 * <pre>
 *   idle    poll . . . r1  process  poll . . . r2  process
 *   busy    poll r1 r2, r3, r4 r5  process         poll r6, r7 r8 r9  process
 *                |-- at most --|                        |-- at most --|
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class Gatherer {
  /** The share of its time that a thread is at work from which on it is busy. */
  private static final double BUSY = 0.5;

  /** Time over which the share is taken: what is longer ago counts for less than a third. */
  private static final double SPAN_NANOS = 100e6;

  private final Function<Duration, ConsumerRecords<byte[], byte[]>> poll;
  private final long longestNanos;
  private final int most;
  private final LongSupplier clock;

  private double busy;
  private long since;

  /** What has been polled and not been returned yet. */
  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();

  private final Map<TopicPartition, OffsetAndMetadata> nextOffsets = new HashMap<>();

  /** Whether partitions came or went while polls were gathered. */
  private boolean rebalanced;

  /** What a further poll has failed with; told when what was polled before is out of the way. */
  private RuntimeException failure;

  /**
   * For a consumer.
   *
   * @param poll the consumer's
   * @param longest the longest that readings wait for others; zero: never
   * @param most no more polls once there are so many records
   * @param clock in nanoseconds
   */
  Gatherer(
      Function<Duration, ConsumerRecords<byte[], byte[]>> poll,
      Duration longest,
      int most,
      LongSupplier clock) {
    this.poll = poll;
    this.longestNanos = longest.toNanos();
    this.most = most;
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /** What one poll brings, or several if the thread is busy. */
  ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    if (failure != null) {
      RuntimeException told = failure;
      failure = null;
      throw told;
    }
    pass(1);
    try {
      ConsumerRecords<byte[], byte[]> first = poll.apply(timeout);
      return first.isEmpty() || longestNanos == 0 || busy < BUSY ? first : gather(first);
    } finally {
      pass(0);
    }
  }

  private ConsumerRecords<byte[], byte[]> gather(ConsumerRecords<byte[], byte[]> first) {
    rebalanced = false;
    add(first);
    int count = first.count();
    long end = clock.getAsLong() + longestNanos;
    try {
      long left = longestNanos;
      while (count < most && left > 0) {
        ConsumerRecords<byte[], byte[]> more = poll.apply(Duration.ofNanos(left));
        add(more);
        count += more.count();
        left = end - clock.getAsLong();
      }
      return new ConsumerRecords<>(new HashMap<>(records), new HashMap<>(nextOffsets));
    } catch (RuntimeException e) {
      if (rebalanced) {
        // Whoever gets it begins with the committed offsets again.
        throw e;
      }
      // The consumer does not give again what was polled before.
      failure = e;
      return new ConsumerRecords<>(new HashMap<>(records), new HashMap<>(nextOffsets));
    } finally {
      records.clear();
      nextOffsets.clear();
    }
  }

  private void add(ConsumerRecords<byte[], byte[]> polled) {
    for (TopicPartition partition : polled.partitions()) {
      records
          .computeIfAbsent(partition, added -> new ArrayList<>())
          .addAll(polled.records(partition));
    }
    nextOffsets.putAll(polled.nextOffsets());
  }

  /** Partitions come to the consumer. */
  void assigned() {
    rebalanced = true;
  }

  /** Partitions are another consumer's from now on; what they have brought is read there. */
  void drop(Collection<TopicPartition> partitions) {
    rebalanced = true;
    records.keySet().removeAll(partitions);
    nextOffsets.keySet().removeAll(partitions);
  }

  /** The time since the last call was work (1) or waiting (0): an exponential moving average. */
  private void pass(int work) {
    long now = clock.getAsLong();
    busy += (1 - Math.exp(-(now - since) / SPAN_NANOS)) * (work - busy);
    since = now;
  }
}
