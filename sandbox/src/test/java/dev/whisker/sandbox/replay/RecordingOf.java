package dev.whisker.sandbox.replay;

import dev.whisker.trainer.recording.Recording;
import java.util.Arrays;

/** Makes recordings of one channel for tests; sample {@code i} has the value {@code i}. */
final class RecordingOf {
  private RecordingOf() {}

  /** Samples at the given times with one label for all; null: none. */
  static Recording times(String device, String label, long... timesMicros) {
    String[] labels = new String[timesMicros.length];
    Arrays.fill(labels, label);
    return labelled(device, labels, timesMicros);
  }

  /** Samples at the given times, each with its label. */
  static Recording labelled(String device, String[] labels, long... timesMicros) {
    float[] values = new float[timesMicros.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return new Recording(device, 1, timesMicros, values, labels);
  }

  /** Times at a regular period, each rounded to the microsecond. */
  static long[] regular(long beginMicros, double periodMicros, int count) {
    long[] times = new long[count];
    Arrays.setAll(times, i -> beginMicros + Math.round(i * periodMicros));
    return times;
  }
}
