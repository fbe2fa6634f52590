package dev.whisker.classifier.window;

import java.util.Arrays;

/**
 * Consecutive grid points of one device, without a gap: {@code [count][channels]} values, oldest
 * first, each with its label and whether it was filled. Windows are views on it. Not thread-safe
 * while it grows.
 */
public final class GridBuffer {
  private static final int LEAST_ROOM = 64;

  private final WindowSpec spec;
  private final int channels;
  private long beginMicros;
  private long first;
  private int count;
  private final boolean view;

  /** Where the first point is in the arrays. */
  private final int offset;

  private float[] values;

  /** Null in a view, which has no filled points. */
  private boolean[] filled;

  private String[] labels;

  /** An empty buffer. */
  public GridBuffer(WindowSpec spec, int channels) {
    this.spec = spec;
    this.channels = channels;
    this.values = new float[channels * LEAST_ROOM];
    this.filled = new boolean[LEAST_ROOM];
    this.labels = new String[LEAST_ROOM];
    this.view = false;
    this.offset = 0;
  }

  /**
   * A view on samples that lie on the grid as they are: nothing is copied, nothing can be appended.
   * The device's grid point 0 is the first of them.
   *
   * @param beginMicros the time of that point
   * @param values {@code [samples][channels]}, not to be changed later
   * @param labels one a sample; null elements: nothing is known
   * @param from the first sample of the grid
   * @param to the one after the last
   */
  public GridBuffer(
      WindowSpec spec,
      int channels,
      long beginMicros,
      float[] values,
      String[] labels,
      int from,
      int to) {
    this.spec = spec;
    this.channels = channels;
    this.beginMicros = beginMicros;
    this.values = values;
    this.labels = labels;
    this.view = true;
    this.offset = from;
    this.count = to - from;
  }

  /**
   * Empties the buffer.
   *
   * @param beginMicros the time of the device's grid point 0
   * @param first the number of the grid point that will be appended first
   */
  public void reset(long beginMicros, long first) {
    requireOwn();
    this.beginMicros = beginMicros;
    this.first = first;
    this.count = 0;
  }

  /** Appends the next grid point. */
  public void append(float[] from, int offset, boolean isFilled, String label) {
    ensure(count + 1);
    System.arraycopy(from, offset, values, count * channels, channels);
    filled[count] = isFilled;
    labels[count] = label;
    count++;
  }

  /**
   * Appends all points of another buffer, which must begin where this one ends.
   *
   * @throws IllegalArgumentException if it begins elsewhere
   */
  public void append(GridBuffer other) {
    if (other.first != end()) {
      throw new IllegalArgumentException(
          "Grid points from " + other.first + " on cannot follow those up to " + (end() - 1));
    }
    ensure(count + other.count);
    other.requireOwn();
    System.arraycopy(other.values, 0, values, count * channels, other.count * channels);
    System.arraycopy(other.filled, 0, filled, count, other.count);
    System.arraycopy(other.labels, 0, labels, count, other.count);
    count += other.count;
  }

  /**
   * Forgets the points before one, and gives memory back if little of it is used then. Windows on
   * the buffer are no longer valid.
   *
   * @param point the number of the first one that stays; all go if it is beyond the last
   */
  public void discardBefore(long point) {
    requireOwn();
    int gone = (int) Math.min(Math.max(0, point - first), count);
    int stay = count - gone;
    System.arraycopy(values, gone * channels, values, 0, stay * channels);
    System.arraycopy(filled, gone, filled, 0, stay);
    System.arraycopy(labels, gone, labels, 0, stay);
    first += gone;
    count = stay;
    if (filled.length > 4 * Math.max(LEAST_ROOM, stay)) {
      resize(Math.max(LEAST_ROOM, 2 * stay));
    }
  }

  /**
   * About how many bytes of memory it takes, of which labels are shared with others; not of a view.
   */
  public long bytes() {
    requireOwn();
    return values.length * (long) Float.BYTES + filled.length * (1L + Long.BYTES);
  }

  /** Gives back the memory that is not needed for what is in the buffer now. */
  public void trim() {
    requireOwn();
    resize(count);
  }

  /** Number of grid points. */
  public int count() {
    return count;
  }

  /** Number of values in a grid point. */
  public int channels() {
    return channels;
  }

  /** The number of the first grid point in the buffer. */
  public long first() {
    return first;
  }

  /** The number of the grid point after the last one in the buffer. */
  public long end() {
    return first + count;
  }

  /** The time of the device's grid point 0, in microseconds since the epoch. */
  public long beginMicros() {
    return beginMicros;
  }

  /** How the grid is cut. */
  public WindowSpec spec() {
    return spec;
  }

  /** One value; {@code index} counts from the buffer's first point. */
  public float value(int index, int channel) {
    return values[place(index) + channel];
  }

  /** Whether a point was interpolated; {@code index} counts from the buffer's first point. */
  public boolean isFilled(int index) {
    return !view && filled[index];
  }

  /** A point's label or null; {@code index} counts from the buffer's first point. */
  public String label(int index) {
    return labels[offset + index];
  }

  /** What holds the values, at {@link #place}: not a copy, to be read only. */
  public float[] array() {
    return values;
  }

  /** Where a point's values begin in {@link #array}; {@code index} counts from the first point. */
  public int place(int index) {
    return (offset + index) * channels;
  }

  /**
   * The window that ends with a grid point.
   *
   * @param point the number of its last grid point; the whole window must be in the buffer
   */
  public Window endingAt(long point) {
    int start = Math.toIntExact(point - (spec.length() - 1) - first);
    if (start < 0 || start + spec.length() > count) {
      throw new IllegalArgumentException(
          "The window that ends at point "
              + point
              + " is not in the buffer, which holds "
              + first
              + " to "
              + (end() - 1));
    }
    return new Window(this, start);
  }

  /** The padded window of a stretch that has ended, all of whose points are in the buffer. */
  public Window padded() {
    return new Window(this, 0);
  }

  private void requireOwn() {
    if (view) {
      throw new IllegalStateException("A view on a recording cannot be changed");
    }
  }

  private void ensure(int points) {
    requireOwn();
    if (points > filled.length) {
      resize(Math.max(LEAST_ROOM, points + (points >> 1)));
    }
  }

  private void resize(int room) {
    values = Arrays.copyOf(values, room * channels);
    filled = Arrays.copyOf(filled, room);
    labels = Arrays.copyOf(labels, room);
  }
}
