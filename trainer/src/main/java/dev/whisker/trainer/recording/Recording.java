package dev.whisker.trainer.recording;

import java.util.Arrays;

/**
 * Everything that was recorded of one device, in the order of time: {@code [samples][channels]}
 * values. Immutable as long as nobody keeps the arrays it was made from.
 */
public final class Recording {
  private final String device;
  private final int channels;
  private final long[] timesMicros;
  private final float[] values;
  private final String[] labels;

  /**
   * Wraps arrays without copying them.
   *
   * @param device the device id
   * @param channels values a sample
   * @param timesMicros one a sample, not descending, microseconds since 1970-01-01T00:00Z
   * @param values {@code [samples][channels]}
   * @param labels one a sample; null elements: nothing is known
   */
  public Recording(
      String device, int channels, long[] timesMicros, float[] values, String[] labels) {
    if (timesMicros.length * channels != values.length || timesMicros.length != labels.length) {
      throw new IllegalArgumentException(
          "Recording of device "
              + device
              + " has "
              + timesMicros.length
              + " times, "
              + values.length
              + " values of "
              + channels
              + " channels and "
              + labels.length
              + " labels");
    }
    this.device = device;
    this.channels = channels;
    this.timesMicros = timesMicros;
    this.values = values;
    this.labels = labels;
  }

  /** The device id. */
  public String device() {
    return device;
  }

  /** Number of samples. */
  public int samples() {
    return timesMicros.length;
  }

  /** Values a sample. */
  public int channels() {
    return channels;
  }

  /** The time of a sample, microseconds since 1970-01-01T00:00Z. */
  public long timeMicros(int sample) {
    return timesMicros[sample];
  }

  /** All values, {@code [samples][channels]}: not a copy, to be read only. */
  public float[] values() {
    return values;
  }

  /** The label of a sample; null: nothing is known. */
  public String label(int sample) {
    return labels[sample];
  }

  /** All labels, one a sample, null where nothing is known: not a copy, to be read only. */
  public String[] labels() {
    return labels;
  }

  /** The same for recordings of the same content. */
  int contentHash() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(labels);
  }

  /** Whether values and labels are the same, whatever device and times are. */
  boolean hasContentOf(Recording other) {
    return Arrays.equals(values, other.values) && Arrays.equals(labels, other.labels);
  }

  /** The same for recordings with the same values. */
  int valueHash() {
    return Arrays.hashCode(values);
  }

  /** Whether the values are the same, whatever device, times and labels are. */
  boolean hasValuesOf(Recording other) {
    return channels == other.channels && Arrays.equals(values, other.values);
  }

  /** The same recording with the channels at the given places, in that order. */
  Recording withChannels(int[] places) {
    float[] selected = new float[samples() * places.length];
    for (int i = 0; i < samples(); i++) {
      for (int c = 0; c < places.length; c++) {
        selected[i * places.length + c] = values[i * channels + places[c]];
      }
    }
    return new Recording(device, places.length, timesMicros, selected, labels);
  }
}
