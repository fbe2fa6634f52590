package dev.whisker.trainer.calibration;

import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Windows of one sample each, with any truth and probabilities. */
final class Classified {
  static final List<String> LABELS = List.of("a", "b", "c");

  private Classified() {}

  /** A window a letter; a dot has no truth. */
  static DeviceWindows windows(String truths) {
    Recording recording =
        Samples.counting(
            "d",
            truths.length(),
            i -> truths.charAt(i) == '.' ? null : String.valueOf(truths.charAt(i)));
    return new Block(recording, 0, recording.samples())
        .windows(WindowSpec.of(Samples.PERIOD_MICROS, 1, 1));
  }

  /** Windows of which each has one label with the given confidence, and the rest is shared. */
  static ClassifiedWindows of(String truths, String labels, double... confidences) {
    float[] probabilities = new float[3 * truths.length()];
    for (int i = 0; i < truths.length(); i++) {
      double confidence = confidences[i % confidences.length];
      Arrays.fill(probabilities, 3 * i, 3 * i + 3, (float) ((1 - confidence) / 2));
      probabilities[3 * i + labels.charAt(i) - 'a'] = (float) confidence;
    }
    return ClassifiedWindows.of(windows(truths), 3, probabilities);
  }

  /**
   * Windows whose true labels follow the softmax of random logits, and a model that is surer than
   * that: its logits are larger by a factor.
   */
  static ClassifiedWindows overconfident(int windows, double factor, Random random) {
    StringBuilder truths = new StringBuilder();
    float[] probabilities = new float[3 * windows];
    for (int i = 0; i < windows; i++) {
      double[] logits = random.doubles(3, -3, 3).toArray();
      double[] honest = softmax(logits, 1);
      double[] given = softmax(logits, factor);
      double draw = random.nextDouble();
      truths.append(draw < honest[0] ? 'a' : draw < honest[0] + honest[1] ? 'b' : 'c');
      for (int label = 0; label < 3; label++) {
        probabilities[3 * i + label] = (float) given[label];
      }
    }
    return ClassifiedWindows.of(windows(truths.toString()), 3, probabilities);
  }

  private static double[] softmax(double[] logits, double factor) {
    double[] exponentials = Arrays.stream(logits).map(one -> Math.exp(factor * one)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(one -> one / sum).toArray();
  }
}
