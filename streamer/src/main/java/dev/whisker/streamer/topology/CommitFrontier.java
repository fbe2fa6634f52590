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
  private final ProcessorContext<?, ?> context;

  /** Null under exactly-once. */
  private final Commits commits;

  private TopicPartition partition;
  private long firstOffset;
  private long lastOffset = Rewindable.NO_OFFSET;

  /** The current reading's; none while the clock and no reading is at work. */
  private long offset = Rewindable.NO_OFFSET;

  /** Whether the current reading led to something before, as windows on both sides of a gap. */
  private boolean continued;

  CommitFrontier(ProcessorContext<?, ?> context) {
    this.context = context;
    this.commits = (Commits) context.appConfigs().get(Commits.KEY);
  }

  /** Whether records are taken back by Whisker, and not by Kafka. */
  private boolean rewinds() {
    return commits != null;
  }

  /** Takes note of the reading that is processed, if it is one. */
  void advance() {
    RecordMetadata reading = context.recordMetadata().orElse(null);
    if (reading == null || reading.topic() == null) {
      offset = Rewindable.NO_OFFSET;
      continued = false;
      return;
    }
    offset = reading.offset();
    continued = offset == lastOffset;
    lastOffset = offset;
    if (partition == null) {
      // A task begins where the last commit ended.
      partition = new TopicPartition(reading.topic(), reading.partition());
      firstOffset = offset;
    }
  }

  /** Whether a device's record has seen readings that this task has yet to read again. */
  boolean isAhead(byte[] record) {
    return Rewindable.read(record).offset() > lastOffset && lastOffset != Rewindable.NO_OFFSET;
  }

  /** The offset before which all readings are committed. */
  private long committed() {
    return partition == null ? 0 : Math.max(firstOffset, commits.committed(partition));
  }

  /** Whether the current reading and later ones may have left chunks before a crash. */
  boolean mayHaveLeftChunks(byte[] record) {
    return record == null ? rewinds() : Rewindable.read(record).hasSeen(offset);
  }

  /** A device's record, taken back to the last commit if it has seen the current reading. */
  Rewindable read(byte[] record) {
    Rewindable stored = Rewindable.read(record);
    return continued ? stored : stored.before(offset);
  }

  /** The record with the state that the current reading, or the clock, has led to. */
  byte[] write(Rewindable before, byte[] state) {
    long by = offset == Rewindable.NO_OFFSET ? before.offset() : offset;
    return rewinds() ? before.followedBy(state, by, committed()) : state;
  }

  /** The state that a crash now may go back to; null: none. */
  byte[] base(Rewindable before) {
    return rewinds() ? before.base(committed()) : null;
  }
}
