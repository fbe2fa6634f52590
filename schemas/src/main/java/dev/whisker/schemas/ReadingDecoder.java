package dev.whisker.schemas;

/** Reads the records of a readings topic in one format. Not thread-safe: it reuses its buffers. */
public interface ReadingDecoder {
  /**
   * Reads one record.
   *
   * @param key the record key: the device id as UTF-8 text; may be null
   * @param value the record value; may be null
   * @return the reading or the reason why it is refused; never throws for bad input
   */
  Decoded decode(byte[] key, byte[] value);
}
