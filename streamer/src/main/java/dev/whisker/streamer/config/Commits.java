package dev.whisker.streamer.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The offsets that this process is known to have committed without transactions. Kafka Streams
 * tells processors of no commit; its consumer tells interceptors. Thread-safe.
 */
public final class Commits {
  /** Under this key both the consumer and {@code ProcessorContext#appConfigs} have the object. */
  public static final String KEY = StreamsConfig.MAIN_CONSUMER_PREFIX + "whisker.commits";

  private final Map<TopicPartition, Long> offsets = new ConcurrentHashMap<>();

  /** A commit succeeded: all readings of the partition before an offset are done with. */
  public void committed(TopicPartition partition, long offset) {
    offsets.merge(partition, offset, Math::max);
  }

  /** The offset before which all readings are known to be committed; 0: none is. */
  public long committed(TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }

  /** Hears of the consumer's commits. */
  public static final class Listener implements ConsumerInterceptor<byte[], byte[]> {
    private Commits commits;

    @Override
    public void configure(Map<String, ?> configs) {
      commits = (Commits) configs.get(KEY.substring(StreamsConfig.MAIN_CONSUMER_PREFIX.length()));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> committed) {
      committed.forEach((partition, offset) -> commits.committed(partition, offset.offset()));
    }

    @Override
    public void close() {}
  }
}
