package dev.whisker.classifier.window;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts one device's recording into windows: the offline use of what the streamer does live. Windows
 * are views on the resampled recording. Not thread-safe.
 */
public final class RecordingWindows {
  private final WindowSpec spec;
  private final int channels;
  private final Resampler resampler;
  private final List<Window> windows = new ArrayList<>();
  private GridBuffer buffer;
  private int gaps;
  private int duplicates;
  private int late;
  private int samples;

  private final GridConsumer consumer =
      new GridConsumer() {
        @Override
        public void begin(long timeMicros) {
          gaps += buffer == null ? 0 : 1;
          endStretch();
          buffer = new GridBuffer(spec, channels);
          buffer.reset(timeMicros, 0);
        }

        @Override
        public void point(long point, float[] values, int offset, boolean filled, String label) {
          buffer.append(values, offset, filled, label);
          if (spec.isDue(point)) {
            windows.add(buffer.endingAt(point));
          }
        }
      };

  /** For a recording with the given number of channels. */
  public RecordingWindows(WindowSpec spec, int channels) {
    this.spec = spec;
    this.channels = channels;
    this.resampler = new Resampler(spec, channels);
  }

  /** Takes the next sample, as {@link Resampler#accept} does. */
  public void accept(long timeMicros, float[] values, int offset, String label) {
    switch (resampler.accept(timeMicros, values, offset, label, consumer)) {
      case ACCEPTED, ACCEPTED_AFTER_GAP -> samples++;
      case DUPLICATE -> duplicates++;
      case LATE -> late++;
    }
  }

  /** Ends the recording and returns its windows in order. */
  public List<Window> finish() {
    resampler.flush(consumer);
    endStretch();
    return List.copyOf(windows);
  }

  private void endStretch() {
    if (buffer != null) {
      buffer.trim();
      if (spec.isPadded(buffer.end())) {
        windows.add(buffer.padded());
      }
    }
  }

  /** Number of samples on the grid. */
  public int samples() {
    return samples;
  }

  /** How often the window started over because of a gap. */
  public int gaps() {
    return gaps;
  }

  /** Number of samples dropped as duplicates. */
  public int duplicates() {
    return duplicates;
  }

  /** Number of samples dropped as late. */
  public int late() {
    return late;
  }
}
