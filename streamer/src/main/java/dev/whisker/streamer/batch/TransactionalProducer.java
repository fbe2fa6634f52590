package dev.whisker.streamer.batch;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer for transactions that waits once a commit. Kafka Streams flushes once a task, and each
 * time nothing goes on until the broker has everything that was sent so far:
 *
 * <pre>
 *   Kafka Streams   caches of task 0 | wait | caches of task 1 | wait | ... | offsets | commit
 *   here            caches of task 0 | caches of task 1 | ... | wait | offsets | commit
 * </pre>
 *
 * <p>Nothing is committed sooner than before: offsets follow the wait, and a transaction in which a
 * record could not be sent takes neither offsets nor a commit.
 */
final class TransactionalProducer extends KafkaProducer<byte[], byte[]> {
  TransactionalProducer(Map<String, Object> config) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Leaves the wait to what follows. */
  @Override
  public void flush() {}

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    super.flush();
    super.sendOffsetsToTransaction(offsets, group);
  }

  @Override
  public void commitTransaction() {
    super.flush();
    super.commitTransaction();
  }
}
