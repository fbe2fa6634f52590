package dev.whisker.streamer.state;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A device's state in a store, and the one that a crash without transactions goes back to. A
 * reading that is read again after a crash has an offset at or below that of the latest state: then
 * the state is that of the last commit again, and everything that follows is what it was.
 *
 * <pre>
 *   offsets   ...  o      o      o  |   o      o
 *                                ^  commit     ^
 *                              base          latest
 * </pre>
 *
 * <p>A record holds either the latest state alone, as it is, or both. Format:
 *
 * <pre>
 *   byte 64 | long offset | long base's offset | int base's bytes, -1: none | base | latest state
 * </pre>
 *
 * <p>No state begins with the byte 64: that is where their own format is. Immutable; the arrays are
 * not copied.
 */
public final class Rewindable {
  /** Below every offset. */
  public static final long NO_OFFSET = -1;

  private static final byte FORMAT = 64;
  private static final int HEADER = 1 + 2 * Long.BYTES + Integer.BYTES;
  private static final int NO_STATE = -1;

  private final long offset;
  private final byte[] state;
  private final long baseOffset;
  private final byte[] base;

  private Rewindable(long offset, byte[] state, long baseOffset, byte[] base) {
    this.offset = offset;
    this.state = state;
    this.baseOffset = baseOffset;
    this.base = base;
  }

  /**
   * Reads what a store holds.
   *
   * @param record a device's record, in any condition; null: there is none
   */
  public static Rewindable read(byte[] record) {
    if (record == null || record.length < HEADER || record[0] != FORMAT) {
      return new Rewindable(NO_OFFSET, record, NO_OFFSET, null);
    }
    ByteBuffer in = ByteBuffer.wrap(record, 1, record.length - 1);
    long offset = in.getLong();
    long baseOffset = in.getLong();
    int baseBytes = in.getInt();
    if (baseBytes < NO_STATE || baseBytes > in.remaining()) {
      // As a state it is of no format that anything reads.
      return new Rewindable(NO_OFFSET, record, NO_OFFSET, null);
    }
    int stateAt = HEADER + Math.max(0, baseBytes);
    byte[] base = baseBytes == NO_STATE ? null : Arrays.copyOfRange(record, HEADER, stateAt);
    byte[] state = Arrays.copyOfRange(record, stateAt, record.length);
    return new Rewindable(offset, state, baseOffset, base);
  }

  /** The latest state; null: there is none. */
  public byte[] state() {
    return state;
  }

  /** The offset of the reading that led to the latest state; {@link #NO_OFFSET}: unknown. */
  public long offset() {
    return offset;
  }

  /** Whether the latest state has seen the reading with an offset already, before a crash. */
  public boolean hasSeen(long readingOffset) {
    // At or below the base's: not a crash, but a topic that was made anew or is read once more.
    return baseOffset < readingOffset && readingOffset <= offset;
  }

  /** What it was at the last commit. */
  public Rewindable rewound() {
    return new Rewindable(baseOffset, base, baseOffset, base);
  }

  /** It, or what it was at the last commit if it has seen the reading with an offset already. */
  public Rewindable before(long readingOffset) {
    return hasSeen(readingOffset) ? rewound() : this;
  }

  /**
   * The state to go back to from the next one: the latest, if its reading is committed.
   *
   * @param committed the offset before which all readings are committed
   * @return the state; null: none
   */
  public byte[] base(long committed) {
    return offset < committed ? state : base;
  }

  /**
   * The record of the next state.
   *
   * @param next the state that a reading led to
   * @param nextOffset the reading's offset
   * @param committed the offset before which all readings are committed; they never are read again
   */
  public byte[] followedBy(byte[] next, long nextOffset, long committed) {
    byte[] nextBase = base(committed);
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + (nextBase == null ? 0 : nextBase.length) + next.length)
            .put(FORMAT)
            .putLong(nextOffset)
            .putLong(offset < committed ? offset : baseOffset)
            .putInt(nextBase == null ? NO_STATE : nextBase.length);
    if (nextBase != null) {
      out.put(nextBase);
    }
    return out.put(next).array();
  }
}
