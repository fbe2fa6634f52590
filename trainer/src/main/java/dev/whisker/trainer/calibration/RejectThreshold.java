package dev.whisker.trainer.calibration;

import dev.whisker.trainer.evaluation.ClassifiedWindows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The confidence below which predictions are uncertain, so that the others are right as often as is
 * asked for.
 *
 * <p>The share of right windows above a threshold is an estimate from few windows, and the lowest
 * threshold that seems to reach a precision is one of many looked at: taken as it is, it promises
 * too much. What counts is therefore the lower bound of the share, one standard error down, by E.
 * B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22(158),
 * 1927. It is sensible where all windows are right, too: 0.99 takes 99 of them at least, 0.95 takes
 * 19. One standard error, not two: an exact bound of 95 % would take 300 windows, all right, for
 * 0.99, and most validation parts would reach nothing.
 *
 * @param threshold between the least confidence that is kept and the next lower one; 0: all are
 *     kept
 * @param bound the lower bound of the precision at the threshold
 * @param isReached whether the bound is what was asked for. If it is nowhere, the threshold is the
 *     one with the highest bound: the most precise one that the windows speak for
 */
public record RejectThreshold(double threshold, double bound, boolean isReached) {
  private static final double STANDARD_ERRORS = 1;

  /**
   * The lowest threshold that reaches a precision.
   *
   * @param devices with calibrated probabilities, of windows that the network was not trained on
   * @param labels the network's, in order
   * @param precision above 0 and below 1
   * @throws IllegalArgumentException if no window has a known truth
   */
  public static RejectThreshold of(
      List<ClassifiedWindows> devices, List<String> labels, double precision) {
    record Scored(float confidence, boolean right) {}
    List<Scored> scored = new ArrayList<>();
    for (ClassifiedWindows device : devices) {
      for (int i = 0; i < device.windows().size(); i++) {
        int truth = device.truth(i, labels);
        if (truth >= 0) {
          scored.add(new Scored(device.confidence(i), device.best(i) == truth));
        }
      }
    }
    if (scored.isEmpty()) {
      throw new IllegalArgumentException("No window has a known truth to choose a threshold by");
    }
    scored.sort(Comparator.comparingDouble(Scored::confidence).reversed());
    RejectThreshold lowest = null;
    RejectThreshold best = null;
    int right = 0;
    for (int i = 0; i < scored.size(); i++) {
      right += scored.get(i).right() ? 1 : 0;
      boolean isLast = i + 1 == scored.size();
      float confidence = scored.get(i).confidence();
      if (!isLast && scored.get(i + 1).confidence() == confidence) {
        continue; // Equal confidences are kept or rejected together.
      }
      // Halfway: engines and batches differ in the last bits of a confidence.
      double threshold = isLast ? 0 : (confidence + (double) scored.get(i + 1).confidence()) / 2;
      double bound = bound(right, i + 1);
      if (bound >= precision) {
        lowest = new RejectThreshold(threshold, bound, true);
      }
      if (best == null || bound > best.bound()) {
        best = new RejectThreshold(threshold, bound, false);
      }
    }
    return lowest != null ? lowest : best;
  }

  /** Wilson's lower bound of a share. */
  static double bound(int right, int windows) {
    double share = (double) right / windows;
    double z = STANDARD_ERRORS;
    double spread =
        z * Math.sqrt(share * (1 - share) / windows + z * z / (4.0 * windows * windows));
    return (share + z * z / (2.0 * windows) - spread) / (1 + z * z / windows);
  }
}
