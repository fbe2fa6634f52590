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
   * Reads a device's stable label; none if there is no state, or it is of a model of other labels
   * or of an unknown format.
   */
  public static void read(byte[] state, Manifest manifest, StableLabel stable) {
    stable.clear();
    if (state == null) {
      return;
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      byte format = in.readByte();
      if (in.readInt() != manifest.labels().hashCode()) {
        return;
      }
      if (format == FORMAT) {
        stable.read(in);
      } else if (format == VOTES_ALONE) {
        stable.readVotes(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A device's stable label ends too early", e);
    }
  }
}
