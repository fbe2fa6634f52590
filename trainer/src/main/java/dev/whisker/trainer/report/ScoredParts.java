package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.split.Parts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The recordings of a training, taken apart as the bundle says, with what the bundle says of the
 * windows of the best part to judge it by: the test part, else the validation part.
 *
 * @param counts training, validation and test part, in this order
 * @param part the part that was classified
 * @param classified all its windows, with and without truth
 * @param windows those of them that have a truth among the labels
 */
record ScoredParts(
    List<PartCount> counts,
    Part part,
    List<ClassifiedWindows> classified,
    List<ScoredWindow> windows) {

  /**
   * Takes apart and classifies.
   *
   * @param recordings the ones that the bundle was trained with
   * @param test other recordings it was tested on; null: a part of the first ones
   */
  static ScoredParts of(Bundle bundle, Recordings recordings, Recordings test) {
    Manifest manifest = bundle.manifest();
    List<PartCount> counts = new ArrayList<>();
    counts.add(PartCount.of(manifest, windows(manifest, recordings, Part.TRAIN)));
    List<DeviceWindows> validation = windows(manifest, recordings, Part.VALIDATION);
    counts.add(PartCount.of(manifest, validation));
    List<DeviceWindows> tested =
        test == null ? windows(manifest, recordings, Part.TEST) : windows(manifest, test, Part.ALL);
    counts.add(PartCount.of(manifest, tested));
    boolean testable = counts.get(2).labelled() > 0;
    List<ClassifiedWindows> classified = classify(bundle, testable ? tested : validation);
    Map<String, Long> begins = new HashMap<>();
    (testable && test != null ? test : recordings)
        .recordings()
        .forEach(
            recording ->
                begins.put(
                    recording.device(), recording.samples() == 0 ? 0 : recording.timeMicros(0)));
    return new ScoredParts(
        List.copyOf(counts),
        testable ? Part.TEST : Part.VALIDATION,
        classified,
        scored(manifest.labels(), classified, begins));
  }

  private static List<DeviceWindows> windows(Manifest manifest, Recordings recordings, Part part) {
    return Parts.windows(Parts.blocks(recordings, manifest.split(), part), manifest.window());
  }

  private static List<ClassifiedWindows> classify(Bundle bundle, List<DeviceWindows> windows) {
    try (SequenceClassifier classifier = Engine.named("onnx").open(bundle)) {
      return ClassifiedWindows.of(classifier, bundle.manifest().labels().size(), windows);
    }
  }

  private static List<ScoredWindow> scored(
      List<String> labels, List<ClassifiedWindows> devices, Map<String, Long> begins) {
    List<ScoredWindow> scored = new ArrayList<>();
    for (ClassifiedWindows device : devices) {
      for (int i = 0; i < device.windows().size(); i++) {
        Window window = device.windows().get(i);
        int truth = device.truth(i, labels);
        if (truth >= 0) {
          scored.add(
              new ScoredWindow(
                  device.device(),
                  window,
                  begins.getOrDefault(device.device(), window.startMicros()),
                  labels.get(truth),
                  labels.get(device.best(i)),
                  device.confidence(i)));
        }
      }
    }
    return List.copyOf(scored);
  }

  /**
   * What a part has.
   *
   * @param devices number of devices with a window in it
   * @param windows number of windows with each label, in the order of the labels
   * @param others number of windows without a truth among the labels
   */
  record PartCount(int devices, List<Integer> windows, int others) {
    private static PartCount of(Manifest manifest, List<DeviceWindows> part) {
      List<Integer> counts = new ArrayList<>();
      for (int count : new LabelledWindows(part, manifest.labels()).counts()) {
        counts.add(count);
      }
      int all = part.stream().mapToInt(block -> block.windows().size()).sum();
      int labelled = counts.stream().mapToInt(Integer::intValue).sum();
      long devices =
          part.stream()
              .filter(block -> !block.windows().isEmpty())
              .map(DeviceWindows::device)
              .distinct()
              .count();
      return new PartCount((int) devices, List.copyOf(counts), all - labelled);
    }

    /** Number of windows with a label. */
    int labelled() {
      return windows.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * A window with a truth.
   *
   * @param device the device id
   * @param window the samples
   * @param beginMicros when the recording of its device begins
   * @param truth its label
   * @param predicted the label that the bundle gives it
   * @param confidence the probability that the bundle gives that label
   */
  record ScoredWindow(
      String device,
      Window window,
      long beginMicros,
      String truth,
      String predicted,
      float confidence) {
    /** Whether the prediction is right. */
    boolean isRight() {
      return truth.equals(predicted);
    }
  }
}
