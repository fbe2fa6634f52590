package dev.whisker.streamer.batch;

import org.apache.kafka.common.header.Headers;

/**
 * A record of the readings topic as it was read.
 *
 * @param offset in its partition
 * @param timestampMillis when the producer or the broker says that it was written, milliseconds
 *     since the epoch; negative: neither does
 * @param headers as they were published
 * @param key may be null
 * @param value may be null
 */
public record RawReading(
    long offset, long timestampMillis, Headers headers, byte[] key, byte[] value) {}
