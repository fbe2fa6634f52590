package dev.whisker.schemas;

/** What became of the bytes of a record: a reading, or the reason why they are none. */
public sealed interface Decoded {

  /**
   * The bytes are a reading.
   *
   * @param reading the reading
   */
  record Accepted(SensorReading reading) implements Decoded {}

  /**
   * The bytes are refused.
   *
   * @param reason the kind of fault
   * @param message what was found and what was expected, for people
   */
  record Refused(Reason reason, String message) implements Decoded {}
}
