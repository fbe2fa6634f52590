package dev.whisker.schemas;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * How readings, predictions and state changes are written as the values of records: one format for
 * all topics of a program. Thread-safe, but for the decoders that it makes; whoever made it closes
 * it.
 */
public interface ValueFormat extends AutoCloseable {
  /**
   * A decoder for readings of devices with the given channels.
   *
   * @param channels the channels' names, in the order in which values are to be returned
   * @param maxSamples the most samples that one reading may hold
   * @param maxBytes the most bytes that one reading may hold
   */
  ReadingDecoder readingDecoder(List<String> channels, int maxSamples, int maxBytes);

  /** Writes a reading for a topic; its device is written too, though the key says the same. */
  byte[] encode(String topic, SensorReading reading);

  /** Writes a prediction for a topic. */
  byte[] encode(String topic, Prediction prediction);

  /** Writes a state change for a topic. */
  byte[] encode(String topic, StateChange change);

  /**
   * Reads a prediction.
   *
   * @throws IOException if the bytes are none; the message says what was wrong
   */
  Prediction decodePrediction(byte[] value) throws IOException;

  /**
   * Reads a state change.
   *
   * @throws IOException if the bytes are none; the message says what was wrong
   */
  StateChange decodeStateChange(byte[] value) throws IOException;

  /**
   * Makes sure that records can be written to a topic; may wait for other services.
   *
   * @throws RegistryException if they cannot
   */
  default void prepare(String topic, RecordType type) {}

  /** Which other service it waits for, for people; empty: none. */
  default Optional<String> waitsFor() {
    return Optional.empty();
  }

  /** Ends all waiting. */
  @Override
  default void close() {}
}
