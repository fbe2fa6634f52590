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
  private static final int RESAMPLER_AT = LAST_SEEN_AT + Long.BYTES;

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

  /**
   * When the device was last heard, in milliseconds since the epoch; 0 if that cannot be read.
   *
   * @param state of any format and in any condition
   */
  public static long lastSeenMillis(byte[] state) {
    return state.length >= RESAMPLER_AT && state[0] == FORMAT
        ? ByteBuffer.wrap(state).getLong(LAST_SEEN_AT)
        : 0;
  }

  /**
   * Reads a device's state.
   *
   * @param state of any format and in any condition
   * @param layout the model's
   * @param resampler receives what the state says; is cleared unless the state fits
   */
  public static Fitness read(byte[] state, int layout, ResamplerState resampler) {
    resampler.clear();
    if (state.length == 0) {
      return Fitness.DAMAGED;
    }
    if (state[0] != FORMAT) {
      return Fitness.UNKNOWN_FORMAT;
    }
    if (state.length < RESAMPLER_AT) {
      return Fitness.DAMAGED;
    }
    if (ByteBuffer.wrap(state).getInt(1) != layout) {
      return Fitness.OTHER_MODEL;
    }
    try (DataInputStream in =
        new DataInputStream(
            new ByteArrayInputStream(state, RESAMPLER_AT, state.length - RESAMPLER_AT))) {
      resampler.read(in);
      if (in.available() == 0) {
        return Fitness.FITS;
      }
    } catch (IOException e) {
      // Falls through: what is damaged is told by the caller, for all devices together.
    }
    resampler.clear();
    return Fitness.DAMAGED;
  }
}
