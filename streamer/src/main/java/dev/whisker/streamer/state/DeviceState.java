package dev.whisker.streamer.state;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.ResamplerState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What the devices store keeps of one device beside its samples: when it was last heard and where
 * its resampler stands. Format 2:
 *
 * <pre>
 *   byte format | int layout | long last seen, epoch ms | resampler state
 * </pre>
 *
 * <p>Format 1 was the same; its chunks had other keys, so its windows start over.
 *
 * <p>The layout is a checksum of the channels and windows that the state belongs to: a model with
 * others cannot go on from it.
 */
public final class DeviceState {
  private static final byte FORMAT = 2;
  private static final int LAST_SEEN_AT = 1 + Integer.BYTES;

  private DeviceState() {}

  /** The layout of a model's devices. */
  public static int layout(Manifest manifest) {
    CRC32 checksum = new CRC32();
    String text = manifest.channelNames() + "|" + manifest.window();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) checksum.getValue();
  }

  /** Writes a device's state. */
  public static byte[] write(int layout, long lastSeenMillis, ResamplerState resampler) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeInt(layout);
      out.writeLong(lastSeenMillis);
      resampler.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** Whether state is of this format and the given layout, so that {@link #read} may go on. */
  public static boolean fits(byte[] state, int layout) {
    return state[0] == FORMAT && ByteBuffer.wrap(state).getInt(1) == layout;
  }

  /** When the device was last heard, in milliseconds since the epoch; 0 for another format. */
  public static long lastSeenMillis(byte[] state) {
    return state[0] == FORMAT ? ByteBuffer.wrap(state).getLong(LAST_SEEN_AT) : 0;
  }

  /** Reads state that {@link #fits}. */
  public static void read(byte[] state, ResamplerState resampler) {
    int at = LAST_SEEN_AT + Long.BYTES;
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(state, at, state.length - at))) {
      resampler.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("A device's state ends too early", e);
    }
  }
}
