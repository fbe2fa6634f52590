package dev.whisker.classifier.smoothing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * One device's stable label under a {@link Smoothing}. Not thread-safe; the state can be written
 * and read, so that one instance can serve many devices in turn.
 */
public final class StableLabel {
  /** The label of a device that has none yet, and of a window that counts as no evidence. */
  public static final int NONE = -1;

  private final Smoothing smoothing;
  private final int[] recent;

  /** Null where labels vote. */
  private final Belief belief;

  private int stable = NONE;

  /** No window seen. */
  public StableLabel(Smoothing smoothing) {
    this.smoothing = smoothing;
    this.recent = new int[smoothing.n()];
    this.belief = smoothing.markov() == null ? null : new Belief(smoothing.markov());
    clear();
  }

  /**
   * Takes the device's next window.
   *
   * <p>By vote, its label counts, across gaps too. A Markov filter takes its probabilities, also
   * those of a window that is too uncertain for a label of its own: they say how little it tells.
   * It begins anew where the grid does; the stable label stays until the windows after the gap say
   * something else.
   *
   * @param label its label's index, or {@link #NONE} if it is too uncertain to count as a vote
   * @param probabilities holds its calibrated probabilities, {@code [labels]}
   * @param offset where they begin
   * @param beginsGrid whether it is the device's first window, or the first one after a gap
   * @return whether the stable label changed
   */
  public boolean next(int label, float[] probabilities, int offset, boolean beginsGrid) {
    if (belief == null) {
      return vote(label);
    }
    if (beginsGrid) {
      belief.clear();
    }
    int best = belief.next(probabilities, offset);
    if (best == NONE || best == stable) {
      return false;
    }
    stable = best;
    return true;
  }

  private boolean vote(int label) {
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
    Arrays.fill(recent, NONE);
    if (belief != null) {
      belief.clear();
    }
  }

  /** Writes what {@link #read} needs. */
  public void write(DataOutput out) throws IOException {
    out.writeShort(stable);
    out.writeByte(recent.length);
    for (int label : recent) {
      out.writeShort(label);
    }
    double[] labels = belief == null ? new double[0] : belief.labels;
    out.writeShort(labels.length);
    for (double probability : labels) {
      out.writeDouble(probability);
    }
  }

  /**
   * Reads what {@link #write} wrote, under the same or another smoothing. The stable label stays
   * what it was; votes are those of the windows that both look at, and a belief that was not
   * written begins with the start.
   *
   * @throws IOException if it ends too early or says what cannot be; then nothing of what was read
   *     may be used
   */
  public void read(DataInput in) throws IOException {
    readVotes(in);
    int written = in.readUnsignedShort();
    boolean fits = belief != null && written == belief.labels.length;
    for (int i = 0; i < written; i++) {
      double probability = in.readDouble();
      if (!(probability >= 0 && probability <= 1)) {
        throw new IOException("A belief of " + probability + "; expected 0 to 1");
      }
      if (fits) {
        belief.labels[i] = probability;
      }
    }
  }

  /** Reads what was written before there was a belief: the stable label and the votes. */
  public void readVotes(DataInput in) throws IOException {
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
