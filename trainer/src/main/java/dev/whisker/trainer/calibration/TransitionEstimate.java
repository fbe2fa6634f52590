package dev.whisker.trainer.calibration;

import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Estimates a hidden Markov filter from the true labels of consecutive windows.
 *
 * <pre>
 *   truth    a a a . . b b | b b        | a gap or the end of a recording
 *   counts   a→a a→a       b→b b→b
 *                  a→a a→a a→b          windows with both labels: the old one until the change
 *                          b→? b→?      an end may have been a change: shared by the others
 * </pre>
 *
 * <p>Every transition counts as seen once more than it was (Laplace's rule of succession), so that
 * none is impossible. The end of a stretch counts as a change to any of the other labels, because
 * many recordings are of one label throughout: taken at their word it would never change, and the
 * filter would be slower the more there are of them. With them a label lasts about as long as the
 * stretches do.
 *
 * <p>Overlapping windows share samples and are no independent evidence, so each counts by the share
 * that is new, hop / length. Measured with an LSTM on test parts with windows that overlap by half:
 *
 * <pre>
 *                 AReM, 575 windows, 79.3 % right    fan, 663 windows, 98.5 % right
 *   evidence      right    false changes  delay      right    false changes  delay
 *   1             79.7 %   29             1.88       99.4 %   4              0.08
 *   hop / length  80.4 %   23             3.04       99.5 %   2              0.37
 *   half of that  81.6 %   21             4.46       99.5 %   2              1.39
 * </pre>
 *
 * <p>The delay, in windows, is that with the recordings put one after the other in a random order,
 * because each is of one label throughout.
 */
public final class TransitionEstimate {
  private TransitionEstimate() {}

  /**
   * Estimates.
   *
   * @param training the windows of the training part
   * @param labels the network's, in order; at least two
   * @param priors how frequent the network takes each label to be
   * @param spec how the windows are cut
   */
  public static Markov of(
      List<DeviceWindows> training, List<String> labels, List<Double> priors, WindowSpec spec) {
    int size = labels.size();
    double[][] transitions = new double[size][size];
    double[] start = new double[size];
    for (double[] row : transitions) {
      Arrays.fill(row, 1);
    }
    Arrays.fill(start, 1);
    // So many windows at most have samples of both sides of a change.
    int mostMixed = (spec.length() + spec.hop() - 1) / spec.hop();
    for (DeviceWindows device : training) {
      int before = -1;
      int mixed = 0;
      for (Window window : device.windows()) {
        if (window.beginsGrid() || mixed > mostMixed) {
          end(transitions, before);
          before = -1;
          mixed = 0;
        }
        int label = window.truthAmong(labels);
        if (label < 0) {
          mixed++;
          continue;
        }
        start[label]++;
        if (before >= 0) {
          transitions[before][before] += mixed;
          transitions[before][label]++;
        }
        before = label;
        mixed = 0;
      }
      end(transitions, before);
    }
    return new Markov(
        Arrays.stream(transitions).map(TransitionEstimate::shares).toList(),
        shares(start),
        priors,
        (double) spec.hop() / spec.length());
  }

  private static void end(double[][] transitions, int label) {
    for (int other = 0; label >= 0 && other < transitions.length; other++) {
      transitions[label][other] += other == label ? 0 : 1.0 / (transitions.length - 1);
    }
  }

  private static List<Double> shares(double[] counts) {
    double sum = Arrays.stream(counts).sum();
    List<Double> shares = new ArrayList<>();
    for (double count : counts) {
      shares.add(count / sum);
    }
    return shares;
  }
}
