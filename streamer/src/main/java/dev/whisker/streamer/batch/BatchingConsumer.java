package dev.whisker.streamer.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer that hands on what a poll brings of a partition as one record, a {@link ReadingBatch},
 * or as few where it is much:
 *
 * <pre>
 *   the topic    [7][8][9][10][11][12]
 *   handed on    [7: 7 8 9 10 ][11: 11 12]      the next offset is 13
 * </pre>
 *
 * <p>A batch has the offset of its first record: what Kafka Streams commits is then the offset
 * after the last batch that is done with, or that of the first record of the next. So a batch is
 * processed as a whole or not at all, and no record waits for others across a commit. How many come
 * together adapts by itself: those that have arrived while the ones before were processed, or
 * within a short time after them ({@link PollPace}).
 */
final class BatchingConsumer extends KafkaConsumer<byte[], byte[]> {
  /**
   * More would make the engine no faster, and a batch has to be done with well within a
   * transaction's timeout.
   */
  private static final int MOST_BYTES = 512 << 10;

  private static final byte[] NO_BYTES = {};

  private final PollPace pace;

  /**
   * Makes a consumer.
   *
   * @param longestWait the longest that readings wait for others
   */
  BatchingConsumer(Map<String, Object> config, Duration longestWait) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    pace = new PollPace(longestWait.toNanos(), System::nanoTime, LockSupport::parkNanos);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    pace.await();
    ConsumerRecords<byte[], byte[]> polled = super.poll(timeout);
    pace.polled(!polled.isEmpty());
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> batches = new HashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      batches.put(partition, batches(polled.records(partition)));
    }
    return new ConsumerRecords<>(batches, polled.nextOffsets());
  }

  static List<ConsumerRecord<byte[], byte[]>> batches(
      List<ConsumerRecord<byte[], byte[]>> records) {
    List<ConsumerRecord<byte[], byte[]>> batches = new ArrayList<>(1);
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < records.size(); i++) {
      int size = Math.max(0, records.get(i).serializedValueSize());
      if (i > from && bytes + size > MOST_BYTES) {
        batches.add(batch(records.subList(from, i), bytes));
        from = i;
        bytes = 0;
      }
      bytes += size;
    }
    batches.add(batch(records.subList(from, records.size()), bytes));
    return batches;
  }

  /** What stands for records whose values have so many bytes. */
  private static ConsumerRecord<byte[], byte[]> batch(
      List<ConsumerRecord<byte[], byte[]>> records, int bytes) {
    ConsumerRecord<byte[], byte[]> first = records.get(0);
    return new ConsumerRecord<>(
        first.topic(),
        first.partition(),
        first.offset(),
        first.timestamp(),
        first.timestampType(),
        ConsumerRecord.NULL_SIZE,
        bytes,
        null,
        NO_BYTES,
        new RecordHeaders(List.of(new ReadingBatch(records))),
        first.leaderEpoch());
  }
}
