package dev.whisker.classifier.smoothing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * One device's stable label under a {@link Smoothing}. Not thread-safe; the state can be written
 * and read, so that one instance can serve many devices in turn.
 */
public final class StableLabel {
  /** The label of a device that has none yet, and of a window that counts as no evidence. */
  public static final int NONE = -1;

  private final Smoothing smoothing;
  private final int[] recent;
  private int stable = NONE;

  /** No window seen. */
  public StableLabel(Smoothing smoothing) {
    this.smoothing = smoothing;
    this.recent = new int[smoothing.n()];
    clear();
  }

  /**
   * Takes the label of the device's next window.
   *
   * @param label the label's index, or {@link #NONE} for a window that is too uncertain to count
   * @return whether the stable label changed
   */
  public boolean next(int label) {
    System.arraycopy(recent, 1, recent, 0, recent.length - 1);
    recent[recent.length - 1] = label;
    if (label == NONE || label == stable) {
      return false;
    }
    int votes = 0;
    for (int one : recent) {
      votes += one == label ? 1 : 0;
    }
    if (votes < smoothing.k()) {
      return false;
    }
    stable = label;
    return true;
  }

  /** The index of the stable label, or {@link #NONE}. */
  public int stable() {
    return stable;
  }

  /** Forgets everything. */
  public void clear() {
    stable = NONE;
    java.util.Arrays.fill(recent, NONE);
  }

  /** Writes what {@link #read} needs. */
  public void write(DataOutput out) throws IOException {
    out.writeShort(stable);
    out.writeByte(recent.length);
    for (int label : recent) {
      out.writeShort(label);
    }
  }

  /** Reads what {@link #write} wrote, under the same or another smoothing. */
  public void read(DataInput in) throws IOException {
    clear();
    stable = in.readShort();
    int written = in.readUnsignedByte();
    for (int i = 0; i < written; i++) {
      int label = in.readShort();
      int index = recent.length - written + i;
      if (index >= 0) {
        recent[index] = label;
      }
    }
  }
}
