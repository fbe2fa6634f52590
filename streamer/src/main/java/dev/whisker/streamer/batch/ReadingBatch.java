package dev.whisker.streamer.batch;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Consecutive records of one partition on their way through Kafka Streams: a header of the record
 * that stands for them, so that nothing is copied. It never leaves the process. Taken once: Kafka
 * Streams' caches keep the headers of a record for as long as what it led to.
 */
public final class ReadingBatch implements Header {
  private static final String NAME = "whisker.batch";

  private List<ConsumerRecord<byte[], byte[]>> records;

  /** Of records, at least one, oldest first. */
  public ReadingBatch(List<ConsumerRecord<byte[], byte[]>> records) {
    this.records = records;
  }

  @Override
  public String key() {
    return NAME;
  }

  @Override
  public byte[] value() {
    return null;
  }

  /** What {@link BatchingConsumer} hands on to the records that are in it. */
  public static final class Reader implements Deserializer<List<ConsumerRecord<byte[], byte[]>>> {
    @Override
    public List<ConsumerRecord<byte[], byte[]>> deserialize(
        String topic, Headers headers, byte[] value) {
      if (headers.lastHeader(NAME) instanceof ReadingBatch batch && batch.records != null) {
        List<ConsumerRecord<byte[], byte[]>> records = batch.records;
        batch.records = null;
        return records;
      }
      return deserialize(topic, value);
    }

    @Override
    public List<ConsumerRecord<byte[], byte[]>> deserialize(String topic, byte[] value) {
      throw new IllegalStateException(
          "A record of " + topic + " is no batch: Kafka Streams has another consumer than its own");
    }
  }
}
