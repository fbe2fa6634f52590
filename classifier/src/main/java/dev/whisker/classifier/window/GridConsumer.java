package dev.whisker.classifier.window;

/** Takes the grid points of one device in order, as a {@link Resampler} makes them. */
public interface GridConsumer {
  /**
   * The grid begins, for the first time or anew after a gap; the next point is number 0.
   *
   * @param timeMicros the time of point 0, microseconds since 1970-01-01T00:00Z
   */
  void begin(long timeMicros);

  /**
   * The next grid point.
   *
   * @param point its number since the grid began
   * @param values holds the point's values, one a channel; valid only during the call
   * @param offset where they begin
   * @param filled whether they were interpolated
   * @param label what is known to be true at this point; null: nothing
   */
  void point(long point, float[] values, int offset, boolean filled, String label);
}
