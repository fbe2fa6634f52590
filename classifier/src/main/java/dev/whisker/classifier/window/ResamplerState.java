package dev.whisker.classifier.window;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a {@link Resampler} remembers of one device: where its grid began, how far it is, the latest
 * sample, and the samples that the grace holds back. Costs the size of one sample (and of those
 * held back), whatever the window's length. Not thread-safe.
 */
public final class ResamplerState {
  private static final int NO_LABEL = -1;

  /** The most samples held back. */
  private static final int MOST_HELD = 4_096;

  /** No label is longer; what is read may be damaged. */
  private static final int MOST_LABEL_BYTES = 1 << 24;

  private final int channels;
  boolean begun;
  long beginMicros;
  long next;
  long lastMicros;
  final float[] lastValues;

  int held;
  long[] heldMicros = {};
  float[] heldValues = {};
  String[] heldLabels = {};

  ResamplerState(int channels) {
    this.channels = channels;
    this.lastValues = new float[channels];
  }

  /** Whether there is a grid, that is, any sample yet. */
  public boolean begun() {
    return begun;
  }

  /** The time of grid point 0, in microseconds since the epoch. */
  public long beginMicros() {
    return beginMicros;
  }

  /** How many grid points there are since the grid began. */
  public long next() {
    return next;
  }

  /** The time of the latest sample on the grid, in microseconds since the epoch. */
  public long lastMicros() {
    return lastMicros;
  }

  /** Forgets everything. */
  public void clear() {
    begun = false;
    beginMicros = 0;
    next = 0;
    lastMicros = 0;
    held = 0;
  }

  /** Writes everything that {@link #read} needs. */
  public void write(DataOutput out) throws IOException {
    out.writeBoolean(begun);
    out.writeLong(beginMicros);
    out.writeLong(next);
    out.writeLong(lastMicros);
    for (float value : lastValues) {
      out.writeFloat(value);
    }
    out.writeInt(held);
    for (int i = 0; i < held; i++) {
      out.writeLong(heldMicros[i]);
      for (int c = 0; c < channels; c++) {
        out.writeFloat(heldValues[i * channels + c]);
      }
      // Not writeUTF, which throws for texts above 64 KiB.
      byte[] label = heldLabels[i] == null ? null : heldLabels[i].getBytes(StandardCharsets.UTF_8);
      out.writeInt(label == null ? NO_LABEL : label.length);
      out.write(label == null ? new byte[0] : label);
    }
  }

  /**
   * Reads what {@link #write} wrote for a device with as many channels.
   *
   * @throws IOException if it ends too early or says what cannot be; then nothing of what was read
   *     may be used
   */
  public void read(DataInput in) throws IOException {
    begun = in.readBoolean();
    beginMicros = in.readLong();
    next = in.readLong();
    lastMicros = in.readLong();
    for (int c = 0; c < channels; c++) {
      lastValues[c] = in.readFloat();
    }
    int written = in.readInt();
    require(next >= 0 && written >= 0 && written <= MOST_HELD);
    held = written;
    ensureHeld(held);
    for (int i = 0; i < held; i++) {
      heldMicros[i] = in.readLong();
      for (int c = 0; c < channels; c++) {
        heldValues[i * channels + c] = in.readFloat();
      }
      heldLabels[i] = label(in);
    }
  }

  private static String label(DataInput in) throws IOException {
    int length = in.readInt();
    if (length == NO_LABEL) {
      return null;
    }
    require(length >= 0 && length <= MOST_LABEL_BYTES);
    byte[] label = new byte[length];
    in.readFully(label);
    return new String(label, StandardCharsets.UTF_8);
  }

  private static void require(boolean possible) throws IOException {
    if (!possible) {
      throw new IOException("A resampler's state says what cannot be");
    }
  }

  /** The time of the latest sample that is held back, or the smallest value. */
  long latestMicros() {
    return held == 0 ? Long.MIN_VALUE : heldMicros[held - 1];
  }

  /** Where a sample belongs among those held back, or -1 if there is one at its time. */
  int position(long timeMicros) {
    int at = Arrays.binarySearch(heldMicros, 0, held, timeMicros);
    return at >= 0 ? -1 : -at - 1;
  }

  /** Up to when samples are too many to be held back; the smallest value: none. */
  long surplusMicros() {
    return held <= MOST_HELD ? Long.MIN_VALUE : heldMicros[held - MOST_HELD - 1];
  }

  void hold(int position, long timeMicros, float[] values, int offset, String label) {
    ensureHeld(held + 1);
    int behind = held - position;
    System.arraycopy(heldMicros, position, heldMicros, position + 1, behind);
    System.arraycopy(heldLabels, position, heldLabels, position + 1, behind);
    System.arraycopy(
        heldValues, position * channels, heldValues, (position + 1) * channels, behind * channels);
    heldMicros[position] = timeMicros;
    heldLabels[position] = label;
    System.arraycopy(values, offset, heldValues, position * channels, channels);
    held++;
  }

  void drop(int first) {
    held -= first;
    System.arraycopy(heldMicros, first, heldMicros, 0, held);
    System.arraycopy(heldLabels, first, heldLabels, 0, held);
    System.arraycopy(heldValues, first * channels, heldValues, 0, held * channels);
  }

  private void ensureHeld(int count) {
    if (count > heldMicros.length) {
      int room = Math.max(16, 2 * count);
      heldMicros = Arrays.copyOf(heldMicros, room);
      heldLabels = Arrays.copyOf(heldLabels, room);
      heldValues = Arrays.copyOf(heldValues, room * channels);
    }
  }
}
