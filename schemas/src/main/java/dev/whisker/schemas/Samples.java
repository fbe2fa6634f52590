package dev.whisker.schemas;

import java.util.Arrays;

/**
 * One or more consecutive samples of one device: a table of {@code [count][channels]} values, the
 * oldest sample first. Immutable as long as nobody keeps the array it was made from.
 */
public final class Samples {
  private final float[] values;
  private final int channels;

  /**
   * Wraps an array without copying it.
   *
   * @param values all channels of the first sample, then of the next one; not to be changed later
   * @param channels values a sample, at least 1
   * @throws IllegalArgumentException if the array does not hold whole samples
   */
  public Samples(float[] values, int channels) {
    if (channels < 1 || values.length % channels != 0) {
      throw new IllegalArgumentException(
          values.length + " values are no whole number of samples of " + channels + " channels");
    }
    this.values = values;
    this.channels = channels;
  }

  /** Number of samples. */
  public int count() {
    return values.length / channels;
  }

  /** Number of values in one sample. */
  public int channels() {
    return channels;
  }

  /** The value of one channel in one sample. */
  public float at(int sample, int channel) {
    return values[sample * channels + channel];
  }

  /** The wrapped array, sample by sample: not a copy, to be read only. */
  public float[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples that
        && channels == that.channels
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + channels;
  }

  @Override
  public String toString() {
    return count() + " samples of " + channels + " channels";
  }
}
