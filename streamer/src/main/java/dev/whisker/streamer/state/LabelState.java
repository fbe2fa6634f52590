package dev.whisker.streamer.state;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.smoothing.StableLabel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the labels store keeps of one device: its stable label and what led to it. Format 2:
 *
 * <pre>
 *   byte format | int checksum of the labels | stable label, votes, belief of the Markov filter
 * </pre>
 *
 * <p>Format 1 has no belief; it is read, and the filter begins with its start. Of a format that
 * this Whisker does not know, as after going back to it from a later one, nothing is taken: the
 * stable label begins anew.
 */
public final class LabelState {
  private static final byte FORMAT = 2;
  private static final byte VOTES_ALONE = 1;

  private LabelState() {}

  /** Writes a device's stable label under a model. */
  public static byte[] write(Manifest manifest, StableLabel stable) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeInt(manifest.labels().hashCode());
      stable.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a device's stable label.
   *
   * @param state of any format and in any condition; null: there is none, which fits
   * @param stable receives what the state says; is cleared unless the state fits
   */
  public static Fitness read(byte[] state, Manifest manifest, StableLabel stable) {
    stable.clear();
    if (state == null) {
      return Fitness.FITS;
    }
    if (state.length == 0) {
      return Fitness.DAMAGED;
    }
    byte format = state[0];
    if (format != FORMAT && format != VOTES_ALONE) {
      return Fitness.UNKNOWN_FORMAT;
    }
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(state, 1, state.length - 1))) {
      if (in.readInt() != manifest.labels().hashCode()) {
        return Fitness.OTHER_MODEL;
      }
      if (format == FORMAT) {
        stable.read(in);
      } else {
        stable.readVotes(in);
      }
      boolean known =
          stable.stable() >= StableLabel.NONE && stable.stable() < manifest.labels().size();
      if (known && in.available() == 0) {
        return Fitness.FITS;
      }
    } catch (IOException e) {
      // Falls through: what is damaged is told by the caller, for all devices together.
    }
    stable.clear();
    return Fitness.DAMAGED;
  }
}
