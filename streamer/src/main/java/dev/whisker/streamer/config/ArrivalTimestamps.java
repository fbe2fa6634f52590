package dev.whisker.streamer.config;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The record's own timestamp, and the partition's latest one where a producer set none: a bad
 * timestamp must not end the stream. Windows go by the readings' own times, never by this.
 */
public final class ArrivalTimestamps implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime);
  }
}
