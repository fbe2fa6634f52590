package dev.whisker.trainer.calibration;

import dev.whisker.classifier.bundle.Quality;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ServedQuality;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses how windows are smoothed by what it does on the validation part: of those whose stable
 * label is right at most half a percentage point less often than the best one's, the one with the
 * fewest false state changes; of equal ones the one that is right more often, then the simplest.
 */
public final class SmoothingChoice {
  /** The choice is left to the validation part. */
  public static final String AUTO = "auto";

  /** A Markov filter. */
  public static final String MARKOV = "markov";

  /** No smoothing. */
  public static final String NONE = "none";

  private static final Pattern VOTE = Pattern.compile("(\\d{1,2})-of-(\\d{1,2})");

  /** Fewer windows that follow another one do not tell one smoothing from the other. */
  public static final int FEWEST_CONSECUTIVE = 20;

  private static final double AS_GOOD = 0.005;

  private SmoothingChoice() {}

  /**
   * The smoothing with a name.
   *
   * @param name {@value #MARKOV}, {@value #NONE}, or such as {@code 2-of-3}
   * @param markov estimates the filter, if it is wanted
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Smoothing named(String name, Supplier<Markov> markov) {
    Matcher vote = VOTE.matcher(name);
    if (vote.matches()) {
      return new Smoothing(Integer.parseInt(vote.group(1)), Integer.parseInt(vote.group(2)));
    }
    return switch (name) {
      case MARKOV -> Smoothing.by(markov.get());
      case NONE -> Smoothing.NONE;
      default ->
          throw new IllegalArgumentException(
              "There is no smoothing '"
                  + name
                  + "'; expected "
                  + String.join(", ", AUTO, NONE, MARKOV)
                  + " or a vote such as 2-of-3");
    };
  }

  /**
   * Checks a name, {@value #AUTO} among them.
   *
   * @throws IllegalArgumentException if there is no smoothing of that name
   */
  public static void require(String name) {
    if (!name.equals(AUTO) && !name.equals(MARKOV)) {
      named(name, () -> null);
    }
  }

  /**
   * Chooses among none, two of three and a Markov filter.
   *
   * @param devices the validation part with calibrated probabilities
   * @param labels the network's, in order
   * @param rejectThreshold the threshold that is served
   * @param markov the filter, estimated from the training part
   * @return {@link Smoothing#DEFAULT} if fewer than {@link #FEWEST_CONSECUTIVE} windows with a
   *     known truth follow another one
   */
  public static Smoothing of(
      List<ClassifiedWindows> devices, List<String> labels, double rejectThreshold, Markov markov) {
    if (consecutive(devices, labels) < FEWEST_CONSECUTIVE) {
      return Smoothing.DEFAULT;
    }
    record Tried(Smoothing smoothing, Quality.Effect effect) {}
    List<Tried> tried =
        List.of(Smoothing.NONE, Smoothing.DEFAULT, Smoothing.by(markov)).stream()
            .map(one -> new Tried(one, ServedQuality.effect(labels, one, rejectThreshold, devices)))
            .toList();
    double most =
        tried.stream().mapToDouble(one -> one.effect().stableAccuracy()).max().orElseThrow();
    return tried.stream()
        .filter(one -> one.effect().stableAccuracy() >= most - AS_GOOD)
        // The first of equal ones is kept: they are in the order of their simplicity.
        .min(
            Comparator.comparingInt((Tried one) -> one.effect().stableFalseChanges())
                .thenComparingDouble(one -> -one.effect().stableAccuracy()))
        .orElseThrow()
        .smoothing();
  }

  private static int consecutive(List<ClassifiedWindows> devices, List<String> labels) {
    int count = 0;
    for (ClassifiedWindows device : devices) {
      int[] truths = ServedQuality.truths(device, labels);
      for (int i = 0; i < truths.length; i++) {
        count += truths[i] >= 0 && !device.windows().get(i).beginsGrid() ? 1 : 0;
      }
    }
    return count;
  }
}
