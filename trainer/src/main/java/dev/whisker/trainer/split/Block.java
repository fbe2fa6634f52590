package dev.whisker.trainer.split;

import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.RecordingWindows;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.recording.Recording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Consecutive samples of one device: a view, not a copy.
 *
 * @param recording holds the samples
 * @param from the first one
 * @param to the one after the last
 */
public record Block(Recording recording, int from, int to) {
  /** Checks the range. */
  public Block {
    if (from < 0 || to < from || to > recording.samples()) {
      throw new IllegalArgumentException(
          "Samples " + from + " to " + to + " of a recording with " + recording.samples());
    }
  }

  /** Number of samples. */
  public int samples() {
    return to - from;
  }

  /** The labels of its samples. */
  public Set<String> labels() {
    Set<String> labels = new HashSet<>();
    String latest = null;
    for (int i = from; i < to; i++) {
      // Labels come in long runs.
      if (!Objects.equals(recording.label(i), latest)) {
        latest = recording.label(i);
        labels.add(latest);
      }
    }
    labels.remove(null);
    return labels;
  }

  /**
   * Cuts the block into windows; none reaches beyond it. Where all samples lie on the grid as they
   * are, windows are views on the recording; else on a copy of its block on the grid.
   */
  public DeviceWindows windows(WindowSpec spec) {
    if (Resampler.passes(spec, i -> recording.timeMicros(from + i), samples())) {
      return new DeviceWindows(recording.device(), views(spec), 0, 0, 0);
    }
    RecordingWindows cutter = new RecordingWindows(spec, recording.channels());
    for (int i = from; i < to; i++) {
      cutter.accept(
          recording.timeMicros(i),
          recording.values(),
          i * recording.channels(),
          recording.label(i));
    }
    List<Window> windows = cutter.finish();
    return new DeviceWindows(
        recording.device(), windows, cutter.gaps(), cutter.duplicates(), cutter.late());
  }

  private List<Window> views(WindowSpec spec) {
    List<Window> windows = new ArrayList<>();
    if (samples() >= spec.length() || spec.isPadded(samples())) {
      GridBuffer grid =
          new GridBuffer(
              spec,
              recording.channels(),
              recording.timeMicros(from),
              recording.values(),
              recording.labels(),
              from,
              to);
      for (int last = spec.length() - 1; last < samples(); last += spec.hop()) {
        windows.add(grid.endingAt(last));
      }
      if (spec.isPadded(samples())) {
        windows.add(grid.padded());
      }
    }
    return windows;
  }
}
