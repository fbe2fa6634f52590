package dev.whisker.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How far confidences can be trusted: the windows with a known truth, sorted into bins of equal
 * width by the confidence of their most probable label.
 *
 * <p>Source: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural
 * Networks", ICML 2017, section 2.
 *
 * @param bins in the order of confidence; those without a window are left out
 * @param expectedCalibrationError the mean distance between confidence and accuracy of a bin,
 *     weighted by its windows; 0 without windows
 */
public record Reliability(List<Bin> bins, double expectedCalibrationError) {
  private static final int BINS = 15;

  /** Copies the list. */
  public Reliability {
    bins = List.copyOf(bins);
  }

  /** Of classified windows; those without a truth among the labels are left out. */
  public static Reliability of(List<ClassifiedWindows> devices, List<String> labels) {
    double[] confidences = new double[BINS];
    int[] right = new int[BINS];
    int[] counts = new int[BINS];
    int all = 0;
    for (ClassifiedWindows device : devices) {
      for (int i = 0; i < device.windows().size(); i++) {
        int truth = device.truth(i, labels);
        if (truth >= 0) {
          float confidence = device.confidence(i);
          int bin = Math.min(BINS - 1, (int) (confidence * BINS));
          confidences[bin] += confidence;
          right[bin] += device.best(i) == truth ? 1 : 0;
          counts[bin]++;
          all++;
        }
      }
    }
    List<Bin> bins = new ArrayList<>();
    double error = 0;
    for (int b = 0; b < BINS; b++) {
      if (counts[b] > 0) {
        Bin bin =
            new Bin(
                (double) b / BINS,
                (b + 1.0) / BINS,
                confidences[b] / counts[b],
                (double) right[b] / counts[b],
                counts[b]);
        bins.add(bin);
        error += Math.abs(bin.accuracy() - bin.confidence()) * bin.windows() / all;
      }
    }
    return new Reliability(bins, error);
  }

  /**
   * The windows whose confidence is in a range.
   *
   * @param from where the range begins
   * @param to where it ends
   * @param confidence the mean confidence of its windows
   * @param accuracy the share of its windows whose label was right
   * @param windows number of windows
   */
  public record Bin(double from, double to, double confidence, double accuracy, int windows) {}
}
