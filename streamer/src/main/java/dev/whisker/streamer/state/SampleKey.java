package dev.whisker.streamer.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Keys of the samples store: the device's length-prefixed id, then the number of the chunk's first
 * grid point. One device's chunks are next to each other, in the order of time.
 */
public final class SampleKey {
  private final byte[] prefix;

  /** The keys of one device. */
  public SampleKey(String device) {
    byte[] id = device.getBytes(StandardCharsets.UTF_8);
    prefix = ByteBuffer.allocate(Integer.BYTES + id.length).putInt(id.length).put(id).array();
  }

  /** The key of the chunk that begins with a grid point, 0 or more. */
  public byte[] chunk(long point) {
    return ByteBuffer.allocate(prefix.length + Long.BYTES).put(prefix).putLong(point).array();
  }

  /** The first grid point of the chunk with a key. */
  public static long point(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }
}
