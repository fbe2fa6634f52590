package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects one device's samples in any order. Not thread-safe. */
final class RecordingBuilder {
  private final String device;
  private final int channels;
  private long[] times = new long[256];
  private float[] values;
  private String[] labels = new String[256];
  private int samples;
  private boolean ordered = true;
  private final List<FileSpan> files = new ArrayList<>();
  private int begun;

  RecordingBuilder(String device, int channels) {
    this.device = device;
    this.channels = channels;
    this.values = new float[256 * channels];
  }

  /** How many samples it has. */
  int samples() {
    return samples;
  }

  /** How many files with samples of this device have been read to their end. */
  int files() {
    return files.size();
  }

  /** Takes a sample; {@code row} holds a value a channel. */
  void add(long timeMicros, float[] row, String label) {
    if (samples == times.length) {
      int room = Math.addExact(samples, samples >> 1);
      times = Arrays.copyOf(times, room);
      values = Arrays.copyOf(values, Math.multiplyExact(room, channels));
      labels = Arrays.copyOf(labels, room);
    }
    ordered &= samples == 0 || timeMicros >= times[samples - 1];
    times[samples] = timeMicros;
    labels[samples] = label;
    System.arraycopy(row, 0, values, samples * channels, channels);
    samples++;
  }

  /**
   * A file has been read to its end.
   *
   * @throws CommandFailure if its samples are of the time that another file's are of
   */
  void fileEnds(String file) {
    if (begun == samples) {
      return;
    }
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = begun; i < samples; i++) {
      first = Math.min(first, times[i]);
      last = Math.max(last, times[i]);
    }
    begun = samples;
    for (FileSpan other : files) {
      if (first < other.lastMicros && other.firstMicros < last) {
        throw new CommandFailure(
            "Both "
                + other.file
                + " and "
                + file
                + " have samples of device '"
                + device
                + "' between "
                + Instant.EPOCH.plus(Math.max(first, other.firstMicros), ChronoUnit.MICROS)
                + " and "
                + Instant.EPOCH.plus(Math.min(last, other.lastMicros), ChronoUnit.MICROS)
                + "; a device is at one place at a time. Give each recording a device of its own, or"
                + " correct the times");
      }
    }
    files.add(new FileSpan(file, first, last));
  }

  /** From when to when a file has samples of this device. */
  private record FileSpan(String file, long firstMicros, long lastMicros) {}

  /**
   * The samples in the order of time; those at the same time stay in the order they came in. To be
   * called once: gives its memory away, array by array.
   */
  Recording build() {
    int[] order = ordered ? null : order();
    long[] builtTimes = times;
    if (order != null || times.length > samples) {
      builtTimes = Arrays.copyOf(times, samples);
      for (int i = 0; order != null && i < samples; i++) {
        builtTimes[i] = times[order[i]];
      }
    }
    times = null;
    String[] builtLabels = labels;
    if (order != null || labels.length > samples) {
      builtLabels = Arrays.copyOf(labels, samples);
      for (int i = 0; order != null && i < samples; i++) {
        builtLabels[i] = labels[order[i]];
      }
    }
    labels = null;
    float[] builtValues = values;
    if (order != null || values.length > samples * channels) {
      builtValues = Arrays.copyOf(values, samples * channels);
      for (int i = 0; order != null && i < samples; i++) {
        System.arraycopy(values, order[i] * channels, builtValues, i * channels, channels);
      }
    }
    values = null;
    return new Recording(device, channels, builtTimes, builtValues, builtLabels);
  }

  /** A stable merge sort of the samples' indexes by time. */
  private int[] order() {
    int[] from = new int[samples];
    int[] to = new int[samples];
    Arrays.setAll(from, i -> i);
    for (int width = 1; width < samples && width > 0; width *= 2) {
      for (int begin = 0; begin < samples; begin += 2 * width) {
        int middle = Math.min(begin + width, samples);
        int end = Math.min(middle + width, samples);
        int left = begin;
        int right = middle;
        for (int k = begin; k < end; k++) {
          boolean takeLeft =
              right >= end || (left < middle && times[from[left]] <= times[from[right]]);
          to[k] = from[takeLeft ? left++ : right++];
        }
      }
      int[] swapped = from;
      from = to;
      to = swapped;
    }
    return from;
  }
}
