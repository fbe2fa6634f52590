package dev.whisker.classifier.window;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * Places one device's samples on the model's regular grid by linear interpolation.
 *
 * <p>The grid begins at the first sample, and anew at the first sample after a gap. A sample that
 * falls on a grid point passes bit for bit (a microsecond off counts as on it: that is the wire's
 * resolution); points between samples are interpolated and count as filled. A sample at the time of
 * the latest one is a duplicate; an earlier one is sorted in if it is within the grace, else late.
 *
 * <p>Allocates nothing per sample. Not thread-safe; the state can be taken out and put back, so
 * that one instance can serve many devices in turn.
 */
public final class Resampler {
  /** What became of a sample. */
  public enum Outcome {
    /** It is on the grid, or will be once the grace has passed. */
    ACCEPTED,
    /** It was accepted, and the grid began anew with it because of the gap before it. */
    ACCEPTED_AFTER_GAP,
    /** Dropped: there was a sample at the same time already. */
    DUPLICATE,
    /** Dropped: it is older than the grace allows. */
    LATE
  }

  private final WindowSpec spec;
  private final int channels;
  private final long toleranceMicros;
  private final double maxGapMicros;
  private final float[] interpolated;
  private final ResamplerState state;

  /**
   * A resampler that has seen no sample.
   *
   * @param spec period, gap and grace
   * @param channels values a sample
   */
  public Resampler(WindowSpec spec, int channels) {
    this.spec = spec;
    this.channels = channels;
    this.toleranceMicros = spec.periodMicros() >= 4 ? 1 : 0;
    this.maxGapMicros = spec.maxGapPeriods() * spec.periodMicros() + toleranceMicros;
    this.interpolated = new float[channels];
    this.state = new ResamplerState(channels);
  }

  /**
   * Whether a new resampler passes all of some samples on bit for bit, each as the grid point with
   * its number.
   *
   * @param timeMicros the time of each sample, by its number from 0
   * @param samples how many there are
   */
  public static boolean passes(WindowSpec spec, IntToLongFunction timeMicros, int samples) {
    Resampler like = new Resampler(spec, 0);
    for (int i = 0; i < samples; i++) {
      long time = timeMicros.applyAsLong(i);
      long off = time - spec.timeMicros(timeMicros.applyAsLong(0), i);
      boolean gap = i > 0 && time - timeMicros.applyAsLong(i - 1) > like.maxGapMicros;
      if (Math.abs(off) > like.toleranceMicros || gap) {
        return false;
      }
    }
    return true;
  }

  /**
   * The state, alive: reading another device's state into it makes this resampler that device's.
   */
  public ResamplerState state() {
    return state;
  }

  /**
   * Takes one sample.
   *
   * @param timeMicros its time, microseconds since 1970-01-01T00:00Z
   * @param values holds its values, one a channel, all finite
   * @param offset where they begin
   * @param label what is known to be true at this time; null: nothing
   * @param grid receives the grid points that are settled now, if any
   */
  public Outcome accept(
      long timeMicros, float[] values, int offset, String label, GridConsumer grid) {
    if (spec.graceMicros() == 0) {
      return place(timeMicros, values, offset, label, grid);
    }
    if (state.begun && timeMicros <= state.lastMicros) {
      return timeMicros == state.lastMicros ? Outcome.DUPLICATE : Outcome.LATE;
    }
    int position = state.position(timeMicros);
    if (position < 0) {
      return Outcome.DUPLICATE;
    }
    long latest = Math.max(timeMicros, state.latestMicros());
    if (timeMicros < latest - spec.graceMicros()) {
      return Outcome.LATE;
    }
    state.hold(position, timeMicros, values, offset, label);
    // A source that is far faster than the grid must not make the state grow without bound.
    long until = Math.max(latest - spec.graceMicros(), state.surplusMicros());
    return release(until, grid);
  }

  /**
   * Places everything that the grace still holds back: the stream has ended.
   *
   * @return {@link Outcome#ACCEPTED_AFTER_GAP} if the grid began anew on the way
   */
  public Outcome flush(GridConsumer grid) {
    return release(Long.MAX_VALUE, grid);
  }

  private Outcome release(long untilMicros, GridConsumer grid) {
    Outcome outcome = Outcome.ACCEPTED;
    int released = 0;
    while (released < state.held && state.heldMicros[released] <= untilMicros) {
      Outcome placed =
          place(
              state.heldMicros[released],
              state.heldValues,
              released * channels,
              state.heldLabels[released],
              grid);
      if (placed == Outcome.ACCEPTED_AFTER_GAP) {
        outcome = placed;
      }
      released++;
    }
    state.drop(released);
    return outcome;
  }

  private Outcome place(
      long timeMicros, float[] values, int offset, String label, GridConsumer grid) {
    Outcome outcome = Outcome.ACCEPTED;
    if (state.begun) {
      if (timeMicros <= state.lastMicros) {
        return timeMicros == state.lastMicros ? Outcome.DUPLICATE : Outcome.LATE;
      }
      long silenceMicros = timeMicros - state.lastMicros;
      // Below 0: longer than a long can say, after a sample with an absurd time.
      if (silenceMicros > maxGapMicros || silenceMicros < 0) {
        state.begun = false;
        outcome = Outcome.ACCEPTED_AFTER_GAP;
      }
    }
    if (!state.begun) {
      state.begun = true;
      state.beginMicros = timeMicros;
      state.next = 0;
      grid.begin(timeMicros);
    }
    while (true) {
      long pointMicros = spec.timeMicros(state.beginMicros, state.next);
      if (pointMicros > timeMicros + toleranceMicros) {
        break;
      }
      if (pointMicros >= timeMicros - toleranceMicros) {
        grid.point(state.next, values, offset, false, label);
      } else {
        interpolate(pointMicros, timeMicros, values, offset);
        grid.point(state.next, interpolated, 0, true, label);
      }
      state.next++;
    }
    state.lastMicros = timeMicros;
    System.arraycopy(values, offset, state.lastValues, 0, channels);
    return outcome;
  }

  private void interpolate(long pointMicros, long timeMicros, float[] values, int offset) {
    double share =
        (double) (pointMicros - state.lastMicros) / (double) (timeMicros - state.lastMicros);
    for (int c = 0; c < channels; c++) {
      double before = state.lastValues[c];
      interpolated[c] = (float) (before + share * (values[offset + c] - before));
    }
  }

  /** For messages and tests: where the resampler stands. */
  @Override
  public String toString() {
    return state.begun
        ? "next point " + state.next + ", last sample " + Arrays.toString(state.lastValues)
        : "no sample yet";
  }
}
