package dev.whisker.sandbox.bench;

import dev.whisker.schemas.SensorReading;
import java.util.HashMap;
import java.util.Map;

/**
 * The latest samples of each device in a ring of its window's length, as a program keeps them that
 * was written by hand: in memory, without resampling, gaps or a way back after a crash. Not
 * thread-safe.
 */
final class Rings {
  private final int length;
  private final int hop;
  private final int channels;
  private final double periodMicros;
  private final Map<String, Ring> rings = new HashMap<>();

  /** For a model's windows. */
  Rings(int length, int hop, int channels, double periodMicros) {
    this.length = length;
    this.hop = hop;
    this.channels = channels;
    this.periodMicros = periodMicros;
  }

  /** What takes the windows that are due. */
  interface Sink {
    /** A window is due; the ring is its device's until the call ends. */
    void due(String device, long startMicros, long endMicros, Ring ring);
  }

  /** Takes a reading's samples. */
  void accept(SensorReading reading, Sink sink) {
    Ring ring = rings.computeIfAbsent(reading.device(), device -> new Ring());
    float[] values = reading.samples().values();
    for (int i = 0; i < reading.samples().count(); i++) {
      ring.add(values, i * channels);
      if (ring.samples >= length && (ring.samples - length) % hop == 0) {
        long end = reading.timeMicros(i, periodMicros);
        sink.due(reading.device(), end - Math.round((length - 1) * periodMicros), end, ring);
      }
    }
  }

  /** One device's. */
  final class Ring {
    private final float[] values = new float[length * channels];
    private long samples;

    private void add(float[] from, int offset) {
      System.arraycopy(from, offset, values, (int) (samples % length) * channels, channels);
      samples++;
    }

    /** Copies the window, the oldest sample first. */
    void copyTo(float[] target, int offset) {
      int oldest = (int) (samples % length) * channels;
      System.arraycopy(values, oldest, target, offset, values.length - oldest);
      System.arraycopy(values, 0, target, offset + values.length - oldest, oldest);
    }
  }
}
