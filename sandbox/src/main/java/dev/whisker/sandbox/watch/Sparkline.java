package dev.whisker.sandbox.watch;

/** The latest values between 0 and 1 as a row of bars, the newest at the right. */
final class Sparkline {
  private final float[] values;
  private long count;

  /** Keeps so many values. */
  Sparkline(int width) {
    values = new float[width];
  }

  /** Takes the next value. */
  void add(float value) {
    values[(int) (count++ % values.length)] = value;
  }

  /** One character of {@code bars} for each value, which go from 0 to 1. */
  String draw(String bars) {
    StringBuilder line = new StringBuilder();
    for (long i = Math.max(0, count - values.length); i < count; i++) {
      float value = values[(int) (i % values.length)];
      int height = (int) (value * bars.length());
      line.append(bars.charAt(Math.max(0, Math.min(bars.length() - 1, height))));
    }
    return line.toString();
  }
}
