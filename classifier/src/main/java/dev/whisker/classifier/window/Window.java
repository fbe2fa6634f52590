package dev.whisker.classifier.window;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * {@code length} consecutive grid points of one device: a view, not a copy, valid as long as its
 * buffer is not reset. A window of a stretch that ended too early has fewer; the rest of it is
 * padding.
 *
 * @param buffer holds the grid points
 * @param start where the window begins, counted from the buffer's first point
 */
public record Window(GridBuffer buffer, int start) {

  /** The time of the first sample, in microseconds since 1970-01-01T00:00Z. */
  public long startMicros() {
    return buffer.spec().timeMicros(buffer.beginMicros(), buffer.first() + start);
  }

  /** The time of the last sample, in microseconds since 1970-01-01T00:00Z. */
  public long endMicros() {
    return buffer.spec().timeMicros(buffer.beginMicros(), buffer.first() + start + samples() - 1);
  }

  /** Number of samples, without padding. */
  public int samples() {
    return Math.min(buffer.spec().length(), buffer.count() - start);
  }

  /**
   * Copies the values, {@code [length][channels]} with the oldest sample first, then padding: NaN,
   * which no sample ever is.
   */
  public void copyTo(float[] target, int offset) {
    int values = samples() * buffer.channels();
    System.arraycopy(buffer.array(), buffer.place(start), target, offset, values);
    int end = buffer.spec().length() * buffer.channels();
    if (values < end) {
      Arrays.fill(target, offset + values, offset + end, Float.NaN);
    }
  }

  /** Whether no window came before it since the grid began, for the first time or after a gap. */
  public boolean beginsGrid() {
    return buffer.first() + start == 0;
  }

  /** The share of interpolated samples, 0 to 1. */
  public float filled() {
    int length = samples();
    int filled = 0;
    for (int i = start; i < start + length; i++) {
      filled += buffer.isFilled(i) ? 1 : 0;
    }
    return (float) filled / length;
  }

  /** Above the rounding error of a share of a length: 0.55 × 100 is 55.00000000000001. */
  private static final double VOTE_TOLERANCE = 1e-6;

  /** The index of the truth among some labels; -1 if there is no truth, or it is none of them. */
  public int truthAmong(List<String> labels) {
    String truth = truth();
    // Immutable lists do not look for null.
    return truth == null ? -1 : labels.indexOf(truth);
  }

  /** The label that enough of the samples carry; null: there is none. */
  public String truth() {
    // A label above half of the samples survives pairwise cancellation (Boyer and Moore, 1981).
    int length = samples();
    String candidate = null;
    int lead = 0;
    for (int i = start; i < start + length; i++) {
      String label = buffer.label(i);
      if (lead == 0) {
        candidate = label;
        lead = 1;
      } else {
        lead += Objects.equals(candidate, label) ? 1 : -1;
      }
    }
    int votes = 0;
    for (int i = start; candidate != null && i < start + length; i++) {
      votes += candidate.equals(buffer.label(i)) ? 1 : 0;
    }
    boolean enough = votes >= buffer.spec().truthShare() * length - VOTE_TOLERANCE;
    return candidate != null && enough ? candidate : null;
  }
}
