package dev.whisker.trainer;

import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** Recordings made up for tests. */
public final class Samples {
  /** Between two samples of every recording made here. */
  public static final long PERIOD_MICROS = 20_000;

  private Samples() {}

  /** A device with one channel that counts its samples. */
  public static Recording counting(String device, int samples, IntFunction<String> label) {
    long[] times = new long[samples];
    float[] values = new float[samples];
    String[] labels = new String[samples];
    for (int i = 0; i < samples; i++) {
      times[i] = i * PERIOD_MICROS;
      values[i] = i;
      labels[i] = label.apply(i);
    }
    return new Recording(device, 1, times, values, labels);
  }

  /**
   * Devices with two channels: a sine of one of two frequencies, {@code slow} and {@code fast}, by
   * turns, and another one; both with noise and any phase.
   */
  public static Recordings sines(int devices, int samples, long seed) {
    Random random = new Random(seed);
    List<Recording> recordings = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      boolean fast = d % 2 == 1;
      long[] times = new long[samples];
      float[] values = new float[2 * samples];
      String[] labels = new String[samples];
      Arrays.fill(labels, fast ? "fast" : "slow");
      double phase = random.nextDouble() * 2 * Math.PI;
      for (int i = 0; i < samples; i++) {
        times[i] = i * PERIOD_MICROS;
        double angle = phase + i * (fast ? 1.3 : 0.4);
        values[2 * i] = (float) (5 + Math.sin(angle) + 0.2 * random.nextGaussian());
        values[2 * i + 1] = (float) (Math.cos(angle) + 0.2 * random.nextGaussian());
      }
      recordings.add(new Recording("device-" + d, 2, times, values, labels));
    }
    return Recordings.of(List.of("x", "y"), recordings);
  }

  /** The same as series of different lengths, one a device. */
  public static Recordings series(int devices, int shortest, int longest) {
    List<Recording> series = new ArrayList<>();
    for (Recording whole : sines(devices, longest, 3).recordings()) {
      int samples = shortest + series.size() % (longest - shortest + 1);
      long[] times = new long[samples];
      String[] labels = new String[samples];
      for (int i = 0; i < samples; i++) {
        times[i] = whole.timeMicros(i);
        labels[i] = whole.label(i);
      }
      float[] values = Arrays.copyOf(whole.values(), 2 * samples);
      series.add(new Recording(whole.device(), 2, times, values, labels));
    }
    return Recordings.of(List.of("x", "y"), series, true);
  }
}
