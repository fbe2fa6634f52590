package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Quality;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.smoothing.StableLabel;
import java.util.List;
import java.util.stream.IntStream;

/** Measures on a part's windows how far can be trusted what is published beside the labels. */
public final class ServedQuality {
  private ServedQuality() {}

  /**
   * Measures.
   *
   * @param manifest the temperature, the threshold and the smoothing that are served
   * @param devices the windows with the probabilities that are served
   * @return null if no window has a truth among the model's labels
   */
  public static Quality.OnPart of(Manifest manifest, List<ClassifiedWindows> devices) {
    List<String> labels = manifest.labels();
    int windows = 0;
    int kept = 0;
    int right = 0;
    for (ClassifiedWindows device : devices) {
      int[] truths = truths(device, labels);
      for (int i = 0; i < truths.length; i++) {
        if (truths[i] != StateChanges.NONE) {
          boolean certain = Labeler.isCertain(device.confidence(i), manifest.rejectThreshold());
          windows++;
          kept += certain ? 1 : 0;
          right += certain && device.best(i) == truths[i] ? 1 : 0;
        }
      }
    }
    if (windows == 0) {
      return null;
    }
    List<ClassifiedWindows> uncalibrated =
        devices.stream().map(device -> device.sharpened(manifest.temperature())).toList();
    return new Quality.OnPart(
        windows,
        Reliability.of(uncalibrated, labels).expectedCalibrationError(),
        Reliability.of(devices, labels).expectedCalibrationError(),
        (double) kept / windows,
        kept == 0 ? null : (double) right / kept,
        effect(labels, manifest.smoothing(), manifest.rejectThreshold(), devices));
  }

  /** What a smoothing makes of the labels of consecutive windows. */
  public static Quality.Effect effect(
      List<String> labels,
      Smoothing smoothing,
      double rejectThreshold,
      List<ClassifiedWindows> devices) {
    StateChanges own = new StateChanges();
    StateChanges smoothed = new StateChanges();
    for (ClassifiedWindows device : devices) {
      int[] truths = truths(device, labels);
      int[] best = new int[truths.length];
      for (int i = 0; i < best.length; i++) {
        best[i] = device.best(i);
      }
      own.add(truths, best);
      smoothed.add(truths, stable(smoothing, rejectThreshold, device));
    }
    return new Quality.Effect(
        own.accuracy(),
        smoothed.accuracy(),
        own.changes(),
        own.falseChanges(),
        smoothed.falseChanges(),
        smoothed.missedChanges(),
        smoothed.delayWindows());
  }

  /** The stable label after each window, as the streamer would publish it. */
  public static int[] stable(
      Smoothing smoothing, double rejectThreshold, ClassifiedWindows device) {
    StableLabel stable = new StableLabel(smoothing);
    int[] after = new int[device.windows().size()];
    int labels = after.length == 0 ? 0 : device.probabilities().length / after.length;
    for (int i = 0; i < after.length; i++) {
      boolean certain = Labeler.isCertain(device.confidence(i), rejectThreshold);
      stable.next(
          certain ? device.best(i) : StableLabel.NONE,
          device.probabilities(),
          i * labels,
          device.windows().get(i).beginsGrid());
      after[i] = stable.stable();
    }
    return after;
  }

  /** The index of each window's true label; {@link StateChanges#NONE} if it is not known. */
  public static int[] truths(ClassifiedWindows device, List<String> labels) {
    return IntStream.range(0, device.windows().size()).map(i -> device.truth(i, labels)).toArray();
  }
}
