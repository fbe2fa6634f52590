package dev.whisker.streamer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ReadingBatchTest {
  private final ReadingBatch.Reader reader = new ReadingBatch.Reader();

  @Test
  void theRecordsThemselvesComeBackOnce() {
    List<ConsumerRecord<byte[], byte[]>> records = List.of(record(7, bytes("{}")), record(9, null));
    ConsumerRecord<byte[], byte[]> batch = BatchingConsumer.batches(records).get(0);
    assertThat(read(batch)).isEqualTo(records);
    // What Kafka Streams keeps of the batch must not keep the records.
    assertThatThrownBy(() -> read(batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("readings");
  }

  @Test
  void aRecordThatIsNoBatchIsAnError() {
    assertThatThrownBy(() -> read(record(7, bytes("{}"))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBatchHasTheOffsetOfItsFirstRecord() {
    List<ConsumerRecord<byte[], byte[]>> batches =
        BatchingConsumer.batches(List.of(record(41, bytes("1")), record(43, bytes("23"))));
    assertThat(batches).hasSize(1);
    ConsumerRecord<byte[], byte[]> batch = batches.get(0);
    assertThat(batch.offset()).isEqualTo(41);
    assertThat(batch.timestamp()).isEqualTo(1_041);
    assertThat(batch.serializedValueSize()).isEqualTo(3);
    assertThat(batch.topic()).isEqualTo("readings");
    assertThat(batch.partition()).isEqualTo(3);
    assertThat(batch.leaderEpoch()).contains(2);
    assertThat(offsets(batches)).containsExactly(List.of(41L, 43L));
  }

  @Test
  void aBatchEndsBeforeItsRecordsAreTooLarge() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    int[] kilobytes = {200, 250, 100, 1_500, 1, 512, 1};
    IntStream.range(0, kilobytes.length)
        .forEach(i -> records.add(record(i, new byte[kilobytes[i] << 10])));
    assertThat(offsets(BatchingConsumer.batches(records)))
        .containsExactly(
            List.of(0L, 1L), List.of(2L), List.of(3L), List.of(4L), List.of(5L), List.of(6L));
  }

  private List<List<Long>> offsets(List<ConsumerRecord<byte[], byte[]>> batches) {
    return batches.stream()
        .map(batch -> read(batch).stream().map(ConsumerRecord::offset).toList())
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(ConsumerRecord<byte[], byte[]> batch) {
    return reader.deserialize(batch.topic(), batch.headers(), batch.value());
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>(
        "readings",
        3,
        offset,
        1_000 + offset,
        TimestampType.CREATE_TIME,
        1,
        value == null ? -1 : value.length,
        bytes("d"),
        value,
        new RecordHeaders(),
        Optional.of(2));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
