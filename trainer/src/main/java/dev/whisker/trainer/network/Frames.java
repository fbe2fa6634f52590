package dev.whisker.trainer.network;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How many samples make a step of a recurrent network. */
public final class Frames {
  /** With more steps training takes longer and learns no better. */
  static final int MOST_STEPS = 25;

  /** More take too long to train for what they add. */
  static final int MOST_FINE_STEPS = 125;

  private static final int SHOWN = 4;

  private Frames() {}

  /** The smallest divisor of a window's length that makes at most {@value #MOST_STEPS} steps. */
  public static int defaultFor(int length) {
    return smallest(length, MOST_STEPS);
  }

  /**
   * The smallest divisor of a window's length that makes at most {@value #MOST_FINE_STEPS} steps:
   * worth a try beside the default, as some signals tell more by their fine structure.
   */
  public static int fineFor(int length) {
    return smallest(length, MOST_FINE_STEPS);
  }

  private static int smallest(int length, int mostSteps) {
    int frame = 1;
    while (length % frame != 0 || length / frame > mostSteps) {
      frame++;
    }
    return frame;
  }

  /**
   * Checks that frames fill a window.
   *
   * @throws CommandFailure naming the nearest divisors if they do not
   */
  public static void require(int frame, int length) {
    if (frame < 1 || length % frame != 0) {
      throw new CommandFailure(
          "Frames of "
              + frame
              + " samples do not divide a window of "
              + length
              + "; the nearest that do have "
              + nearestDivisors(frame, length)
              + ". Change --frame or --window");
    }
  }

  private static List<Integer> nearestDivisors(int frame, int length) {
    List<Integer> divisors = new ArrayList<>();
    for (int i = 1; i <= length; i++) {
      if (length % i == 0) {
        divisors.add(i);
      }
    }
    return divisors.stream()
        .sorted(Comparator.comparingInt(divisor -> Math.abs(divisor - frame)))
        .limit(SHOWN)
        .sorted()
        .toList();
  }
}
