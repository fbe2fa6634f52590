package dev.whisker.sandbox.ledger;

import dev.whisker.sandbox.replay.ReadingSink;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.SensorReading;
import java.util.List;

/**
 * Enters the windows that are due with a reading into a ledger before the reading is passed on. Not
 * thread-safe.
 */
public final class LedgerSink implements ReadingSink {
  private final OfflinePath offline;
  private final Ledger ledger;
  private final ReadingSink next;

  /**
   * A sink in front of another one.
   *
   * @param offline computes what is expected; stays open
   */
  public LedgerSink(OfflinePath offline, Ledger ledger, ReadingSink next) {
    this.offline = offline;
    this.ledger = ledger;
    this.next = next;
  }

  @Override
  public void publish(SensorReading reading) {
    List<Prediction> due = offline.accept(reading);
    long publishedNanos = System.nanoTime();
    due.forEach(prediction -> ledger.expect(prediction, publishedNanos));
    next.publish(reading);
  }

  @Override
  public void flush() {
    next.flush();
  }
}
