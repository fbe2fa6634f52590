package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.Arrays;

/**
 * The period that recordings were sampled with, guessed from the times of their samples.
 *
 * <p>The median of all time differences says roughly what the period is. Long runs of samples
 * without a gap then say it exactly, although each time was rounded: {@code n} differences in a run
 * are {@code n} periods, give or take one rounding. A guess as near to a whole number of
 * microseconds or of samples a second as that rounding allows is taken for it.
 */
public final class RecordedPeriod {
  private static final int MOST_DIFFERENCES = 1 << 20;
  private static final double MICROS_A_SECOND = 1e6;
  private static final int MICROS_A_MILLISECOND = 1_000;

  private RecordedPeriod() {}

  /**
   * The period in microseconds; may have a fraction.
   *
   * @throws CommandFailure if no device has two samples at different times
   */
  public static double guess(Recordings recordings) {
    double median = median(recordings);
    long micros = 0;
    long periods = 0;
    long longest = 1;
    boolean wholeMillis = true;
    for (Recording recording : recordings.recordings()) {
      long run = 0;
      for (int i = 1; i < recording.samples(); i++) {
        long difference = recording.timeMicros(i) - recording.timeMicros(i - 1);
        wholeMillis &= difference % MICROS_A_MILLISECOND == 0;
        if (difference > 0.5 * median && difference < 1.5 * median) {
          micros += difference;
          periods++;
          run++;
          longest = Math.max(longest, run);
        } else {
          run = 0;
        }
      }
    }
    double mean = (double) micros / periods;
    return nearestWhole(mean, (wholeMillis ? 1.0 * MICROS_A_MILLISECOND : 1.0) / longest);
  }

  private static double nearestWhole(double micros, double uncertainty) {
    if (Math.abs(micros - Math.rint(micros)) <= uncertainty) {
      return Math.max(1, Math.rint(micros));
    }
    double wholeRate = MICROS_A_SECOND / Math.rint(MICROS_A_SECOND / micros);
    return Math.abs(micros - wholeRate) <= uncertainty ? wholeRate : micros;
  }

  private static double median(Recordings recordings) {
    long[] differences = new long[MOST_DIFFERENCES];
    int count = 0;
    long total = recordings.recordings().stream().mapToLong(Recording::samples).sum();
    int every = Math.toIntExact(total / MOST_DIFFERENCES + 1);
    for (Recording recording : recordings.recordings()) {
      for (int i = 1; i < recording.samples() && count < MOST_DIFFERENCES; i += every) {
        long difference = recording.timeMicros(i) - recording.timeMicros(i - 1);
        if (difference > 0) {
          differences[count++] = difference;
        }
      }
    }
    if (count == 0) {
      throw new CommandFailure(
          "The period of the recordings cannot be guessed: no device has two samples at different"
              + " times. Give more samples, or --period");
    }
    Arrays.sort(differences, 0, count);
    return differences[count / 2];
  }
}
