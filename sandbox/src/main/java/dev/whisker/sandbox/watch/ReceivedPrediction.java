package dev.whisker.sandbox.watch;

import dev.whisker.schemas.Prediction;

/**
 * A prediction as a subscriber got it.
 *
 * @param prediction what was predicted
 * @param value it as JSON: the record's bytes, or what they would be in this format
 * @param publishedMillis the record's timestamp, which is that of the reading that completed the
 *     window, in milliseconds since 1970-01-01T00:00Z
 * @param receivedMillis when the subscriber got it, in milliseconds since 1970-01-01T00:00Z
 * @param receivedNanos the same by {@link System#nanoTime}
 */
public record ReceivedPrediction(
    Prediction prediction,
    byte[] value,
    long publishedMillis,
    long receivedMillis,
    long receivedNanos) {

  /** From the reading's publishing to the prediction's arrival, in milliseconds. */
  public long latencyMillis() {
    return receivedMillis - publishedMillis;
  }
}
