package dev.whisker.schemas;

/** The names of a dead letter's record headers; all values are UTF-8 text. */
public final class DeadLetterHeaders {
  /** The {@link Reason#code()}. */
  public static final String REASON = "whisker.reason";

  /** What was found and what was expected, for people. */
  public static final String MESSAGE = "whisker.message";

  /** The topic that the refused record was read from. */
  public static final String TOPIC = "whisker.topic";

  /** Its partition. */
  public static final String PARTITION = "whisker.partition";

  /** Its offset. */
  public static final String OFFSET = "whisker.offset";

  /**
   * The number of bytes that the refused record's value has, where it is too large for a dead
   * letter and only its beginning is there; missing elsewhere.
   */
  public static final String TRUNCATED = "whisker.truncated";

  /**
   * Where the dead letter is, as {@code topic-partition@offset}, that a record was published again
   * from. A letter with it was refused once more, and its first letter stands for it.
   */
  public static final String REPLAYED = "whisker.replayed";

  private DeadLetterHeaders() {}
}
