package dev.whisker.streamer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GathererTest {
  private static final TopicPartition A = new TopicPartition("readings", 0);
  private static final TopicPartition B = new TopicPartition("readings", 1);
  private static final Duration WAIT = Duration.ofMillis(5);

  /** What polls bring, one after the other; then nothing, for as long as they may take. */
  private final Deque<Supplier<ConsumerRecords<byte[], byte[]>>> brought = new ArrayDeque<>();

  private final List<Duration> polls = new ArrayList<>();
  private long nanos;

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    polls.add(timeout);
    if (brought.isEmpty()) {
      nanos += timeout.toNanos();
      return ConsumerRecords.empty();
    }
    nanos += 1_000_000;
    return brought.remove().get();
  }

  private Gatherer gatherer(Duration longest, int most) {
    return new Gatherer(this::poll, longest, most, () -> nanos);
  }

  private void work(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void anIdleThreadDoesNotWait() {
    Gatherer gatherer = gatherer(WAIT, 1_000);
    assertThat(gatherer.poll(Duration.ofSeconds(1))).isEmpty();
    bring(records(A, 0, 1), records(A, 1, 1));
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(1);
    assertThat(polls).hasSize(2);
  }

  @Test
  void aBusyOneTakesWhatComesWithinTheWait() {
    Gatherer gatherer = gatherer(WAIT, 1_000);
    work(Duration.ofSeconds(1));
    bring(records(A, 0, 2), records(B, 7, 1), records(A, 2, 3));
    ConsumerRecords<byte[], byte[]> all = gatherer.poll(Duration.ofMillis(10));
    assertThat(offsets(all, A)).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(offsets(all, B)).containsExactly(7L);
    assertThat(all.nextOffsets())
        .containsEntry(A, new OffsetAndMetadata(5))
        .containsEntry(B, new OffsetAndMetadata(8));
    // One millisecond each for the first three; the wait began after the first.
    assertThat(polls)
        .containsExactly(
            Duration.ofMillis(10),
            Duration.ofMillis(5),
            Duration.ofMillis(4),
            Duration.ofMillis(3));
  }

  @Test
  void enoughIsEnough() {
    Gatherer gatherer = gatherer(WAIT, 4);
    work(Duration.ofSeconds(1));
    bring(records(A, 0, 3), records(A, 3, 2), records(A, 5, 1));
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(5);
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(1);
  }

  @Test
  void withoutAWaitEachPollIsOne() {
    Gatherer gatherer = gatherer(Duration.ZERO, 1_000);
    work(Duration.ofSeconds(1));
    bring(records(A, 0, 1), records(A, 1, 1));
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(1);
    assertThat(polls).hasSize(1);
  }

  @Test
  void whatIsBusyBecomesIdleAgain() {
    Gatherer gatherer = gatherer(WAIT, 1_000);
    work(Duration.ofSeconds(1));
    assertThat(gatherer.poll(Duration.ofMillis(300))).isEmpty();
    bring(records(A, 0, 1), records(A, 1, 1));
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(1);
  }

  @Test
  void partitionsThatWentAwayMeanwhileBringNothing() {
    Gatherer gatherer = gatherer(WAIT, 1_000);
    work(Duration.ofSeconds(1));
    bring(records(A, 0, 2), records(B, 7, 1));
    brought.add(
        () -> {
          gatherer.drop(List.of(A));
          return records(B, 8, 1);
        });
    ConsumerRecords<byte[], byte[]> all = gatherer.poll(Duration.ofMillis(10));
    assertThat(all.partitions()).containsExactly(B);
    assertThat(offsets(all, B)).containsExactly(7L, 8L);
    assertThat(all.nextOffsets()).containsOnlyKeys(B);
  }

  @Test
  void aFailureIsToldAfterWhatWasPolledBefore() {
    Gatherer gatherer = gatherer(WAIT, 1_000);
    work(Duration.ofSeconds(1));
    bring(records(A, 0, 2));
    brought.add(
        () -> {
          throw new IllegalStateException("offset out of range");
        });
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(2);
    assertThatThrownBy(() -> gatherer.poll(Duration.ofMillis(10)))
        .hasMessage("offset out of range");
    bring(records(A, 2, 1));
    assertThat(gatherer.poll(Duration.ofMillis(10)).count()).isEqualTo(1);
  }

  @Test
  void aFailureWithARebalanceIsToldAtOnce() {
    Gatherer gatherer = gatherer(WAIT, 1_000);
    work(Duration.ofSeconds(1));
    bring(records(A, 0, 2));
    brought.add(
        () -> {
          gatherer.assigned();
          throw new IllegalStateException("fenced");
        });
    assertThatThrownBy(() -> gatherer.poll(Duration.ofMillis(10))).hasMessage("fenced");
    // Nothing of that is left.
    bring(records(A, 0, 1));
    work(Duration.ofSeconds(1));
    assertThat(offsets(gatherer.poll(Duration.ofMillis(10)), A)).containsExactly(0L);
  }

  @SafeVarargs
  private void bring(ConsumerRecords<byte[], byte[]>... polled) {
    for (ConsumerRecords<byte[], byte[]> one : polled) {
      brought.add(() -> one);
    }
  }

  private static ConsumerRecords<byte[], byte[]> records(
      TopicPartition partition, long from, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(
          new ConsumerRecord<>(
              partition.topic(), partition.partition(), from + i, null, new byte[0]));
    }
    return new ConsumerRecords<>(
        new HashMap<>(Map.of(partition, records)),
        new HashMap<>(Map.of(partition, new OffsetAndMetadata(from + count))));
  }

  private static List<Long> offsets(
      ConsumerRecords<byte[], byte[]> records, TopicPartition partition) {
    return records.records(partition).stream().map(ConsumerRecord::offset).toList();
  }
}
