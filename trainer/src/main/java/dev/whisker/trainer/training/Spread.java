package dev.whisker.trainer.training;

import java.util.Arrays;

/**
 * How a number came out over several trainings.
 *
 * @param mean their mean
 * @param sd their standard deviation, of a sample; 0 of one
 * @param min the least
 * @param max the most
 */
public record Spread(double mean, double sd, double min, double max) {
  /** Of at least one number. */
  static Spread of(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return new Spread(
        mean,
        values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }

  /**
   * The standard error of a share, reckoned as if one more had been right and one more wrong: also
   * where all were right, a few of them do not tell much (Agresti and Coull, 1998).
   *
   * @param share 0 to 1
   * @param count of how many
   */
  static double standardError(double share, int count) {
    double likely = (share * count + 1) / (count + 2.0);
    return Math.sqrt(likely * (1 - likely) / (count + 2.0));
  }
}
