package dev.whisker.sandbox.bench;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Readings of devices that go on forever, quick to make: values of four decimals from -1 to 1 out
 * of a small pool, the same every time. Thread-safe.
 */
final class BenchReadings {
  /** The time of every device's first sample: long enough ago that no sample is in the future. */
  static final long BEGIN_MILLIS = 1_600_000_000_000L;

  /** A prime, so that devices and their readings are spread over it. */
  private static final int POOL = 251;

  private static final double DECIMALS = 1e4;
  private static final String BEGIN = "{\"time\":";
  private static final String MIDDLE = ",\"values\":";

  private final int samples;
  private final float[][] values = new float[POOL][];
  private final byte[][] texts = new byte[POOL][];

  /**
   * Readings of a size.
   *
   * @param samples in each of them
   * @param channels values in a sample
   */
  BenchReadings(int samples, int channels) {
    this.samples = samples;
    Random random = new Random(1);
    for (int i = 0; i < POOL; i++) {
      values[i] = new float[samples * channels];
      StringBuilder text = new StringBuilder();
      for (int v = 0; v < values[i].length; v++) {
        values[i][v] = (float) (Math.round((2 * random.nextDouble() - 1) * DECIMALS) / DECIMALS);
        text.append(v == 0 ? "[[" : v % channels == 0 ? "],[" : ",").append(values[i][v]);
      }
      texts[i] = text.append("]]}").toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Samples in a reading. */
  int samples() {
    return samples;
  }

  /** How many readings of a device hold so many samples. */
  long cover(long count) {
    return (count + samples - 1) / samples;
  }

  /** The record key of a device, which is its id. */
  static byte[] key(int device) {
    return ("device-" + device).getBytes(StandardCharsets.UTF_8);
  }

  /** The number of the device with an id. */
  static int device(String id) {
    return Integer.parseInt(id.substring("device-".length()));
  }

  /** A reading as JSON; {@code number} counts those of the device from 0. */
  byte[] json(int device, long number) {
    long millis = BEGIN_MILLIS + number * samples * ModelShape.PERIOD_MICROS / 1_000;
    byte[] begin = (BEGIN + millis + MIDDLE).getBytes(StandardCharsets.US_ASCII);
    byte[] rest = texts[place(device, number)];
    byte[] json = new byte[begin.length + rest.length];
    System.arraycopy(begin, 0, json, 0, begin.length);
    System.arraycopy(rest, 0, json, begin.length, rest.length);
    return json;
  }

  /** Its values, sample by sample: not a copy. */
  float[] values(int device, long number) {
    return values[place(device, number)];
  }

  /** About how many bytes a sample takes. */
  double bytesPerSample() {
    return (double) json(0, 0).length / samples;
  }

  private static int place(int device, long number) {
    return (int) ((31L * device + number) % POOL);
  }

  /**
   * Windows as the readings of one device make them.
   *
   * @return {@code [count][length][channels]}
   */
  static float[] windows(ModelShape model, int count) {
    BenchReadings single = new BenchReadings(1, model.channels());
    float[] windows = new float[count * model.values()];
    for (int w = 0; w < count; w++) {
      for (int i = 0; i < model.length(); i++) {
        System.arraycopy(
            single.values(0, (long) w * model.hop() + i),
            0,
            windows,
            w * model.values() + i * model.channels(),
            model.channels());
      }
    }
    return windows;
  }
}
