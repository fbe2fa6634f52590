package dev.whisker.streamer.state;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.CarriedState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What the recurrent states store keeps of one device: the hidden and cell state that a stateful
 * model carries from one window to the next. Format 1:
 *
 * <pre>
 *   byte format | long model | carried state
 * </pre>
 *
 * <p>The model is a checksum of its name, version and network: another one begins with zeros.
 */
public final class RecurrentState {
  private static final byte FORMAT = 1;
  private static final int CHECKSUM_DIGITS = 16;
  private static final int HEXADECIMAL = 16;

  private RecurrentState() {}

  /** The checksum of a model. */
  public static long model(Manifest manifest) {
    String text =
        manifest.name() + "|" + manifest.version() + "|" + manifest.sha256().get("network.onnx");
    String checksum = Bundle.sha256(text.getBytes(StandardCharsets.UTF_8));
    return Long.parseUnsignedLong(checksum.substring(0, CHECKSUM_DIGITS), HEXADECIMAL);
  }

  /** Writes a device's state under a model. */
  public static byte[] write(long model, CarriedState carried) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(model);
      carried.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a device's state.
   *
   * @param state of any format and in any condition; null: there is none, which fits
   * @param model the checksum of the model that goes on from it
   * @param carried receives what the state says; is cleared unless the state fits
   */
  public static Fitness read(byte[] state, long model, CarriedState carried) {
    carried.clear();
    if (state == null) {
      return Fitness.FITS;
    }
    if (state.length == 0) {
      return Fitness.DAMAGED;
    }
    if (state[0] != FORMAT) {
      return Fitness.UNKNOWN_FORMAT;
    }
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(state, 1, state.length - 1))) {
      if (in.readLong() != model) {
        return Fitness.OTHER_MODEL;
      }
      carried.read(in);
      if (in.available() == 0) {
        return Fitness.FITS;
      }
    } catch (IOException e) {
      // Falls through: what is damaged is told by the caller, for all devices together.
    }
    carried.clear();
    return Fitness.DAMAGED;
  }
}
