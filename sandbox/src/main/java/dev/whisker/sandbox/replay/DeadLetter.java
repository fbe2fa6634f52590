package dev.whisker.sandbox.replay;

import dev.whisker.schemas.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A refused record, as the dead-letter topic keeps it.
 *
 * @param letter the record there
 */
record DeadLetter(ConsumerRecord<byte[], byte[]> letter) {
  private static final String OWN_HEADERS = "whisker.";

  /** The code of the {@link dev.whisker.schemas.Reason}; empty if the letter has none. */
  String reason() {
    return header(DeadLetterHeaders.REASON);
  }

  /** What was found and what was expected. */
  String message() {
    return header(DeadLetterHeaders.MESSAGE);
  }

  /** Whether only its beginning was kept. */
  boolean isTruncated() {
    return letter.headers().lastHeader(DeadLetterHeaders.TRUNCATED) != null;
  }

  /** Whether it is of a record that was a replay itself. */
  boolean isReplayed() {
    return letter.headers().lastHeader(DeadLetterHeaders.REPLAYED) != null;
  }

  /** Where the letter is: {@code topic-partition@offset}. */
  String place() {
    return letter.topic() + "-" + letter.partition() + "@" + letter.offset();
  }

  /**
   * The record to publish again: key, value, timestamp and the producer's own headers as they were;
   * in the partition that it was read from, where the device's other readings are.
   *
   * @param topic where to
   * @param partitions how many that topic has
   */
  ProducerRecord<byte[], byte[]> again(String topic, int partitions) {
    Headers headers = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (!header.key().startsWith(OWN_HEADERS)) {
        headers.add(header);
      }
    }
    headers.add(replayed(place()));
    return new ProducerRecord<>(
        topic,
        partition(topic, partitions),
        Math.max(0, letter.timestamp()),
        letter.key(),
        letter.value(),
        headers);
  }

  /** Null: by the key. */
  private Integer partition(String topic, int partitions) {
    String partition = header(DeadLetterHeaders.PARTITION);
    if (!topic.equals(header(DeadLetterHeaders.TOPIC)) || !partition.matches("\\d{1,9}")) {
      return null;
    }
    int number = Integer.parseInt(partition);
    return number < partitions ? number : null;
  }

  /** The header of a record that is published again. */
  static Header replayed(String place) {
    return new RecordHeader(DeadLetterHeaders.REPLAYED, place.getBytes(StandardCharsets.UTF_8));
  }

  private String header(String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
