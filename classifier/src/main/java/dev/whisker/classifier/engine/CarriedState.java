package dev.whisker.classifier.engine;

import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.Window;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a stateful network remembers of one device between two of its windows, the same offline and
 * live:
 *
 * <pre>
 *   windows  [w0][w1][w2]        [w3][w4]     a gap before w3
 *   state    0 → → → → →         0 → → →
 * </pre>
 *
 * <p>A window goes on from the state that the one right before it has left. One that does not begin
 * where the latest ended, as after a gap, begins with zeros. So does one after a state that is not
 * finite: absurd values must not spoil the rest of a device's stream. Not thread-safe.
 */
public final class CarriedState {
  /** The next window's time where there was none before it. */
  private static final long NONE = Long.MIN_VALUE;

  private final float[] values;
  private long nextMicros = NONE;

  /**
   * Nothing seen.
   *
   * @param size {@link SequenceClassifier#stateSize}
   */
  public CarriedState(int size) {
    values = new float[size];
  }

  /**
   * Copies the state that a window begins with.
   *
   * @param window the device's next one
   * @param target receives the values
   * @param offset where
   */
  public void copyTo(Window window, float[] target, int offset) {
    if (window.startMicros() == nextMicros) {
      System.arraycopy(values, 0, target, offset, values.length);
    } else {
      Arrays.fill(target, offset, offset + values.length, 0);
    }
  }

  /**
   * Takes the state that a window has left.
   *
   * @param window the device's latest one
   * @param source holds the values
   * @param offset where they begin
   */
  public void take(Window window, float[] source, int offset) {
    System.arraycopy(source, offset, values, 0, values.length);
    GridBuffer buffer = window.buffer();
    nextMicros =
        buffer
            .spec()
            .timeMicros(
                buffer.beginMicros(), buffer.first() + window.start() + buffer.spec().length());
    for (float value : values) {
      if (!Float.isFinite(value)) {
        clear();
        return;
      }
    }
  }

  /** Forgets everything. */
  public void clear() {
    nextMicros = NONE;
    Arrays.fill(values, 0);
  }

  /** Writes what {@link #read} needs. */
  public void write(DataOutput out) throws IOException {
    out.writeLong(nextMicros);
    out.writeInt(values.length);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if it is the state of a network with another number of values
   */
  public void read(DataInput in) throws IOException {
    long next = in.readLong();
    int written = in.readInt();
    if (written != values.length) {
      throw new IOException("A state of " + written + " values; expected " + values.length);
    }
    for (int i = 0; i < written; i++) {
      values[i] = in.readFloat();
    }
    nextMicros = next;
  }
}
