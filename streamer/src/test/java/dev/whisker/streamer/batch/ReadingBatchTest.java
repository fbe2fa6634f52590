package dev.whisker.streamer.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ReadingBatchTest {
  @Test
  void everyPartOfARecordComesBack() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(new RecordHeader("trace", new byte[] {1, 2}));
    headers.add(new RecordHeader("größe", null));
    headers.add(new RecordHeader("trace", new byte[0]));
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            record(7, 1_000, headers, bytes("device"), bytes("{}")),
            record(9, -1, new RecordHeaders(), null, null),
            record(10, 1_001, new RecordHeaders(), new byte[0], new byte[0]));
    List<RawReading> read = ReadingBatch.read(ReadingBatch.write(records));
    assertThat(read).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(read.get(i).offset()).isEqualTo(records.get(i).offset());
      assertThat(read.get(i).timestampMillis()).isEqualTo(records.get(i).timestamp());
      assertThat(read.get(i).headers()).isEqualTo(records.get(i).headers());
      assertThat(read.get(i).key()).isEqualTo(records.get(i).key());
      assertThat(read.get(i).value()).isEqualTo(records.get(i).value());
    }
  }

  @Test
  void aBatchHasTheOffsetOfItsFirstRecord() {
    List<ConsumerRecord<byte[], byte[]>> batches =
        BatchingConsumer.batches(
            List.of(
                record(41, 5, new RecordHeaders(), bytes("a"), bytes("1")),
                record(43, 6, new RecordHeaders(), bytes("b"), bytes("2"))));
    assertThat(batches).hasSize(1);
    ConsumerRecord<byte[], byte[]> batch = batches.get(0);
    assertThat(batch.offset()).isEqualTo(41);
    assertThat(batch.timestamp()).isEqualTo(5);
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
        .forEach(
            i ->
                records.add(record(i, 0, new RecordHeaders(), null, new byte[kilobytes[i] << 10])));
    assertThat(offsets(BatchingConsumer.batches(records)))
        .containsExactly(
            List.of(0L, 1L), List.of(2L), List.of(3L), List.of(4L), List.of(5L), List.of(6L));
  }

  private static List<List<Long>> offsets(List<ConsumerRecord<byte[], byte[]>> batches) {
    return batches.stream()
        .map(batch -> ReadingBatch.read(batch.value()).stream().map(RawReading::offset).toList())
        .toList();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, long timestamp, RecordHeaders headers, byte[] key, byte[] value) {
    return new ConsumerRecord<>(
        "readings",
        3,
        offset,
        timestamp,
        TimestampType.CREATE_TIME,
        key == null ? -1 : key.length,
        value == null ? -1 : value.length,
        key,
        value == null ? null : Arrays.copyOf(value, value.length),
        headers,
        Optional.of(2));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
