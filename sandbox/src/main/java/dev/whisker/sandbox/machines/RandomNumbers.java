package dev.whisker.sandbox.machines;

import java.util.SplittableRandom;

/**
 * Repeatable source of random numbers.
 *
 * <p>Normal numbers come from {@link StrictMath}, so a seed gives the same numbers on every
 * platform and every release of the JDK. Not thread-safe.
 */
final class RandomNumbers {

  private final SplittableRandom random;
  private double spare;
  private boolean hasSpare;

  RandomNumbers(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private RandomNumbers(SplittableRandom random) {
    this.random = random;
  }

  /** Returns a new source that is statistically independent of this one. */
  RandomNumbers split() {
    return new RandomNumbers(random.split());
  }

  /** Returns a whole number, uniform in [low, high]. */
  int integer(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /** Returns a number uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Returns a number in [low, high) whose logarithm is uniform; both limits are positive. */
  double logUniform(double low, double high) {
    return low * StrictMath.exp(random.nextDouble() * StrictMath.log(high / low));
  }

  /** Returns a number with exponential distribution of mean 1. */
  double exponential() {
    return -StrictMath.log(1.0 - random.nextDouble());
  }

  /**
   * Returns a standard normal number.
   *
   * <p>Polar method of G. Marsaglia and T. A. Bray, "A Convenient Method for Generating Normal
   * Variables", SIAM Review 6(3):260-264, 1964.
   */
  double normal() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    double u;
    double v;
    double square;
    do {
      u = 2.0 * random.nextDouble() - 1.0;
      v = 2.0 * random.nextDouble() - 1.0;
      square = u * u + v * v;
    } while (square >= 1.0 || square == 0.0);
    double scale = Math.sqrt(-2.0 * StrictMath.log(square) / square);
    spare = v * scale;
    hasSpare = true;
    return u * scale;
  }
}
