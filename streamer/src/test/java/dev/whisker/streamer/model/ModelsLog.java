package dev.whisker.streamer.model;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A models topic in memory that may be read again, one record a poll. */
final class ModelsLog extends MockConsumer<byte[], byte[]> {
  static final String TOPIC = "whisker-models";

  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final TreeMap<Long, ConsumerRecord<byte[], byte[]>> records = new TreeMap<>();
  private long end;
  private long seekOffset = -1;
  private Runnable onSeek;
  private RuntimeException failure;

  ModelsLog() {
    super("earliest");
    updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  /** Appends a record; returns its offset. */
  long append(ProducerRecord<byte[], byte[]> record) {
    records.put(
        end,
        new ConsumerRecord<>(
            TOPIC,
            0,
            end,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            new RecordHeaders(record.headers()),
            Optional.empty()));
    return end++;
  }

  /** As compaction does. */
  void remove(long offset) {
    records.remove(offset);
  }

  /** Every look at the topic's end fails. */
  void fail(RuntimeException cause) {
    failure = cause;
  }

  /** Does something when an offset is sought. */
  void onSeek(long offset, Runnable action) {
    seekOffset = offset;
    onSeek = action;
  }

  @Override
  public synchronized void seek(TopicPartition partition, long offset) {
    super.seek(partition, offset);
    if (offset == seekOffset) {
      onSeek.run();
    }
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    if (failure != null) {
      throw failure;
    }
    return Map.of(PARTITION, end);
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    var next = records.ceilingEntry(position(PARTITION));
    if (next == null) {
      super.seek(PARTITION, end);
      return ConsumerRecords.empty();
    }
    super.seek(PARTITION, next.getKey() + 1);
    return new ConsumerRecords<>(
        Map.of(PARTITION, List.of(next.getValue())),
        Map.of(PARTITION, new OffsetAndMetadata(next.getKey() + 1)));
  }
}
