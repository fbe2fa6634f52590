package dev.whisker.streamer.topology;

import dev.whisker.streamer.config.Commits;
import dev.whisker.streamer.state.Rewindable;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * How far a task's readings are committed, and with it what a device's record must hold to be taken
 * back to the last commit. Under exactly-once Kafka does that, and records hold the state alone.
 *
 * <p>Not thread-safe; a processor makes one when it is initialized.
 */
final class CommitFrontier {
  /** In the place of an offset: not a reading was it, but the clock. */
  static final long CLOCK = Rewindable.NO_OFFSET;

  private final ProcessorContext<?, ?> context;

  /** Null under exactly-once. */
  private final Commits commits;

  private TopicPartition partition;
  private long firstOffset;
  private long lastOffset = CLOCK;

  CommitFrontier(ProcessorContext<?, ?> context) {
    this.context = context;
    this.commits = (Commits) context.appConfigs().get(Commits.KEY);
  }

  /** Whether records are taken back by Whisker, and not by Kafka. */
  private boolean rewinds() {
    return commits != null;
  }

  /**
   * Takes note of the batch of readings that is processed.
   *
   * @param first the offset of its first reading; {@link #CLOCK}: no readings, but the clock
   * @param last the offset of its last one
   */
  void advance(long first, long last) {
    if (first == CLOCK) {
      return;
    }
    lastOffset = last;
    if (partition == null) {
      // A task begins where the last commit ended.
      RecordMetadata batch = context.recordMetadata().orElseThrow();
      partition = new TopicPartition(batch.topic(), batch.partition());
      firstOffset = first;
    }
  }

  /** Whether a device's record has seen readings that this task has yet to read again. */
  boolean isAhead(byte[] record) {
    return Rewindable.read(record).offset() > lastOffset && lastOffset != CLOCK;
  }

  /** The offset before which all readings are committed. */
  private long committed() {
    return partition == null ? 0 : Math.max(firstOffset, commits.committed(partition));
  }

  /** Whether a reading and later ones may have left chunks before a crash. */
  boolean mayHaveLeftChunks(byte[] record, long offset) {
    return record == null ? rewinds() : Rewindable.read(record).hasSeen(offset);
  }

  /**
   * The record with the state that readings, or the clock, have led to.
   *
   * @param offset of the device's last reading in the batch; {@link #CLOCK}: none
   */
  byte[] write(Rewindable before, byte[] state, long offset) {
    long by = offset == CLOCK ? before.offset() : offset;
    return rewinds() ? before.followedBy(state, by, committed()) : state;
  }

  /** The state that a crash now may go back to; null: none. */
  byte[] base(Rewindable before) {
    return rewinds() ? before.base(committed()) : null;
  }
}
