package dev.whisker.streamer.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Keys of the samples store: the device's length-prefixed id, the time at which its grid begins and
 * the number of the chunk's first grid point. One device's chunks are next to each other, in the
 * order of time, also across gaps, after which the grid begins anew.
 */
public final class SampleKey {
  private final byte[] prefix;

  /** The keys of one device. */
  public SampleKey(String device) {
    byte[] id = device.getBytes(StandardCharsets.UTF_8);
    prefix = ByteBuffer.allocate(Integer.BYTES + id.length).putInt(id.length).put(id).array();
  }

  /**
   * The key of a chunk.
   *
   * @param beginMicros the time of the grid's point 0
   * @param point the chunk's first grid point, 0 or more
   */
  public byte[] chunk(long beginMicros, long point) {
    return ByteBuffer.allocate(prefix.length + 2 * Long.BYTES)
        .put(prefix)
        .putLong(flipped(beginMicros))
        .putLong(point)
        .array();
  }

  /** At or below all keys of the device. */
  public byte[] first() {
    return prefix.clone();
  }

  /** At or above all keys of the device. */
  public byte[] last() {
    return chunk(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** The time at which the grid begins that the chunk with a key belongs to. */
  public static long beginMicros(byte[] key) {
    return flipped(ByteBuffer.wrap(key).getLong(key.length - 2 * Long.BYTES));
  }

  /** The first grid point of the chunk with a key. */
  public static long point(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  /** Bytes are compared without sign: times before 1970 must come first. */
  private static long flipped(long time) {
    return time ^ Long.MIN_VALUE;
  }
}
