package dev.whisker.streamer.batch;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How soon a thread polls again after it was given readings: those that come meanwhile go through
 * the engine together, and there is not a request to the broker for each of them.
 *
 * <pre>
 *   idle    poll . . . . . r1  process  poll . . . . . r2  process
 *   some    poll r1  process |wait|  poll r2 r3  process |wait|  poll r4 r5 r6
 *           |--- at least ---|       |---- at least -----|
 *   much    poll r1 .. r90  process ............  poll r91 .. r180  process
 * </pre>
 *
 * <p>A thread that has waited for readings, or was longer at work on them, polls at once. Not
 * thread-safe.
 */
final class PollPace {
  private final long leastNanos;
  private final LongSupplier clock;
  private final LongConsumer pause;

  /** When readings were given out last. */
  private long sinceNanos;

  private boolean any;

  /**
   * For a consumer.
   *
   * @param leastNanos from readings to the next poll; 0: none
   * @param clock in nanoseconds
   * @param pause waits for so many nanoseconds
   */
  PollPace(long leastNanos, LongSupplier clock, LongConsumer pause) {
    this.leastNanos = leastNanos;
    this.clock = clock;
    this.pause = pause;
  }

  /** A poll comes next: waits if it is too early for it. */
  void await() {
    if (!any || leastNanos == 0) {
      return;
    }
    long left = sinceNanos + leastNanos - clock.getAsLong();
    if (left > 0) {
      pause.accept(left);
    }
  }

  /**
   * A poll has ended.
   *
   * @param brought whether it brought readings
   */
  void polled(boolean brought) {
    any = brought;
    if (brought) {
      sinceNanos = clock.getAsLong();
    }
  }
}
