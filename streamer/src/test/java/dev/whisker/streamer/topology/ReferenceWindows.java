package dev.whisker.streamer.topology;

import dev.whisker.classifier.window.WindowSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One device's windows by the definition (docs/design.md, section 5) and nothing else: all samples
 * at once, sorted, searched and copied. It shares no code with what it is compared to, is slow, and
 * can be read in one go.
 */
final class ReferenceWindows {
  /** A sample as it arrived. */
  record Sample(long timeMicros, float[] values, String label) {}

  /** A grid point. */
  private record Point(long timeMicros, float[] values, boolean filled, String label) {}

  /** A window; values are {@code [length][channels]}, NaN where it is padded. */
  record Window(long startMicros, long endMicros, float[] values, float filled, String truth) {}

  private ReferenceWindows() {}

  /** The windows of a stream that has ended. */
  static List<Window> of(WindowSpec spec, int channels, List<Sample> arrived) {
    List<Window> windows = new ArrayList<>();
    for (List<Sample> stretch : stretches(spec, accepted(spec, arrived))) {
      windows.addAll(windows(spec, channels, grid(spec, channels, stretch)));
    }
    return windows;
  }

  /** No two of one time, none that is older than the grace allows; in the order of time. */
  private static List<Sample> accepted(WindowSpec spec, List<Sample> arrived) {
    Map<Long, Sample> byTime = new HashMap<>();
    long newest = Long.MIN_VALUE;
    for (Sample sample : arrived) {
      boolean late = !byTime.isEmpty() && sample.timeMicros < newest - spec.graceMicros();
      if (!late && !byTime.containsKey(sample.timeMicros)) {
        byTime.put(sample.timeMicros, sample);
        newest = Math.max(newest, sample.timeMicros);
      }
    }
    return byTime.values().stream().sorted(Comparator.comparingLong(Sample::timeMicros)).toList();
  }

  /** Half a microsecond either way is rounding; a whole one counts as on the grid. */
  private static long tolerance(WindowSpec spec) {
    return spec.periodMicros() >= 4 ? 1 : 0;
  }

  /** Cut where nothing came for longer than the longest gap. */
  private static List<List<Sample>> stretches(WindowSpec spec, List<Sample> samples) {
    List<List<Sample>> stretches = new ArrayList<>();
    double longest = spec.maxGapPeriods() * spec.periodMicros() + tolerance(spec);
    Sample before = null;
    for (Sample sample : samples) {
      if (before == null || (double) sample.timeMicros - before.timeMicros > longest) {
        stretches.add(new ArrayList<>());
      }
      stretches.get(stretches.size() - 1).add(sample);
      before = sample;
    }
    return stretches;
  }

  /** A point a period from the first sample on: the sample that is there, else interpolated. */
  private static List<Point> grid(WindowSpec spec, int channels, List<Sample> stretch) {
    long begin = stretch.get(0).timeMicros;
    long end = stretch.get(stretch.size() - 1).timeMicros;
    long tolerance = tolerance(spec);
    List<Point> points = new ArrayList<>();
    while (true) {
      long time = begin + Math.round(points.size() * spec.periodMicros());
      if (time > end + tolerance) {
        return points;
      }
      int next = 0;
      while (stretch.get(next).timeMicros < time - tolerance) {
        next++;
      }
      Sample after = stretch.get(next);
      if (after.timeMicros <= time + tolerance) {
        points.add(new Point(time, after.values, false, after.label));
        continue;
      }
      Sample before = stretch.get(next - 1);
      double share =
          (double) (time - before.timeMicros) / (double) (after.timeMicros - before.timeMicros);
      float[] between = new float[channels];
      for (int c = 0; c < channels; c++) {
        between[c] =
            (float) (before.values[c] + share * (after.values[c] - (double) before.values[c]));
      }
      points.add(new Point(time, between, true, after.label));
    }
  }

  private static List<Window> windows(WindowSpec spec, int channels, List<Point> grid) {
    List<Window> windows = new ArrayList<>();
    for (int start = 0; start + spec.length() <= grid.size(); start += spec.hop()) {
      windows.add(window(spec, channels, grid.subList(start, start + spec.length())));
    }
    if (grid.size() < spec.length() && grid.size() >= spec.shortest()) {
      windows.add(window(spec, channels, grid));
    }
    return windows;
  }

  private static Window window(WindowSpec spec, int channels, List<Point> points) {
    float[] values = new float[spec.length() * channels];
    Arrays.fill(values, Float.NaN);
    int filled = 0;
    Map<String, Integer> votes = new HashMap<>();
    for (int i = 0; i < points.size(); i++) {
      System.arraycopy(points.get(i).values, 0, values, i * channels, channels);
      filled += points.get(i).filled ? 1 : 0;
      if (points.get(i).label != null) {
        votes.merge(points.get(i).label, 1, Integer::sum);
      }
    }
    String truth = null;
    for (Map.Entry<String, Integer> one : votes.entrySet()) {
      if (one.getValue() >= spec.truthShare() * points.size() - 1e-6) {
        truth = one.getKey();
      }
    }
    return new Window(
        points.get(0).timeMicros,
        points.get(points.size() - 1).timeMicros,
        values,
        (float) filled / points.size(),
        truth);
  }
}
