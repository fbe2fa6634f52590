package dev.whisker.trainer.training;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.network.Frames;
import dev.whisker.trainer.network.Network;
import dev.whisker.trainer.network.NetworkShape;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.split.Parts;
import dev.whisker.trainer.split.SharedWindows;
import dev.whisker.trainer.split.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** The recordings, split and cut into windows. Immutable. */
final class TrainingData {
  private final WindowSpec spec;
  private final boolean rolls;
  private final Split split;
  private final NetworkShape shape;
  private final List<Block> trainingBlocks;
  private final List<DeviceWindows> training;
  private final List<DeviceWindows> validation;
  private final List<DeviceWindows> test;
  private final List<String> labels;
  private final List<String> labelsWithoutWindow;

  /**
   * Splits as the settings say and cuts.
   *
   * @param testRecordings to test on instead of a part of the others; null: none
   * @throws CommandFailure if there is nothing to train on, only one label, or other channels to
   *     test on
   */
  TrainingData(Recordings recordings, Recordings testRecordings, TrainingSettings settings) {
    this(recordings, testRecordings, settings, split(recordings, testRecordings, settings));
  }

  /** Cuts what is split already, else as the other one. */
  TrainingData(
      Recordings recordings, Recordings testRecordings, TrainingSettings settings, Split split) {
    requireSameChannels(recordings, testRecordings);
    spec = WindowShape.of(recordings, settings);
    rolls = settings.roll() != null ? settings.roll() : !recordings.series();
    int frame =
        settings.frame() != null
            ? settings.frame()
            : Network.named(settings.network()).defaultFrame(spec.length());
    Frames.require(frame, spec.length());
    this.split = split;
    trainingBlocks = Parts.blocks(recordings, split, Part.TRAIN);
    training = Parts.windows(trainingBlocks, spec);
    validation = Parts.windows(Parts.blocks(recordings, split, Part.VALIDATION), spec);
    test =
        Parts.windows(
            testRecordings == null
                ? Parts.blocks(recordings, split, Part.TEST)
                : Parts.blocks(testRecordings, split, Part.ALL),
            spec);
    labels = List.copyOf(truths(training));
    if (labels.size() < 2) {
      throw tooFewLabels();
    }
    requireNoOthers("validation", validation);
    if (testRecordings == null) {
      requireNoOthers("test", test);
    }
    labelsWithoutWindow = labelsWithoutWindow(recordings);
    shape =
        new NetworkShape(
            spec.length(), recordings.channels().size(), frame, labels.size(), spec.pads());
  }

  private static Split split(
      Recordings recordings, Recordings testRecordings, TrainingSettings settings) {
    return new Splitter(
            testRecordings == null ? settings.testShare() : 0,
            settings.validationShare(),
            settings.seed())
        .split(
            recordings,
            settings.split() != null ? settings.split() : Splitter.defaultKind(recordings));
  }

  /** The splits of a cross-validation; see {@link Splitter#folds}. */
  static List<Split> folds(Recordings recordings, TrainingSettings settings, int folds) {
    return new Splitter(0, settings.validationShare(), settings.seed()).folds(recordings, folds);
  }

  /**
   * Checks that nothing else decides what is tested on.
   *
   * @throws CommandFailure if something does
   */
  static void requireFoldable(Recordings test, TrainingSettings settings) {
    if (test != null || settings.split() == Split.Kind.TIME) {
      throw new CommandFailure(
          "Folds are made of the devices of the recordings; expected neither other recordings to"
              + " test on nor a split by time. Leave out --folds, or --test and --split time");
    }
  }

  private static void requireSameChannels(Recordings recordings, Recordings test) {
    if (test != null && !test.channels().equals(recordings.channels())) {
      throw new CommandFailure(
          "The recordings to test on have the channels "
              + test.channels()
              + "; those to train on have "
              + recordings.channels()
              + ". Give recordings with the same channels in the same order");
    }
  }

  /** Whether training windows are rolled. */
  boolean rolls() {
    return rolls;
  }

  private static TreeSet<String> truths(List<DeviceWindows> part) {
    TreeSet<String> truths = new TreeSet<>();
    part.stream()
        .flatMap(block -> block.windows().stream())
        .map(Window::truth)
        .filter(Objects::nonNull)
        .forEach(truths::add);
    return truths;
  }

  /** A label that the network cannot learn must not be left out silently. */
  private void requireNoOthers(String name, List<DeviceWindows> part) {
    TreeSet<String> others = truths(part);
    labels.forEach(others::remove);
    if (!others.isEmpty()) {
      throw new CommandFailure(
          "The "
              + name
              + " part has windows with the labels "
              + others
              + " and the training part has none; it has "
              + labels
              + ". Record them more often or longer, or use another --split or --seed");
    }
  }

  private List<String> labelsWithoutWindow(Recordings recordings) {
    TreeSet<String> found = new TreeSet<>();
    for (Block whole : Parts.blocks(recordings, split, Part.ALL)) {
      found.addAll(whole.labels());
    }
    labels.forEach(found::remove);
    return List.copyOf(found);
  }

  private CommandFailure tooFewLabels() {
    int windows = training.stream().mapToInt(device -> device.windows().size()).sum();
    return new CommandFailure(
        "The training part has "
            + windows
            + " windows of "
            + spec.length()
            + " samples with the labels "
            + labels
            + "; at least two labels are expected. Give recordings of every class, shorter windows"
            + " (--window), or another --split");
  }

  /** How windows are cut. */
  WindowSpec spec() {
    return spec;
  }

  /** How the recordings are split. */
  Split split() {
    return split;
  }

  /** What the network takes and gives. */
  NetworkShape shape() {
    return shape;
  }

  /** The samples of the training part. */
  List<Block> trainingBlocks() {
    return trainingBlocks;
  }

  /** The windows of the training part. */
  List<DeviceWindows> training() {
    return training;
  }

  /** The windows of the validation part; may be empty. */
  List<DeviceWindows> validation() {
    return validation;
  }

  /** The windows of the test part; may be empty. */
  List<DeviceWindows> test() {
    return test;
  }

  /** The labels of the training part's windows, sorted. */
  List<String> labels() {
    return labels;
  }

  /** What did not fit, for people; empty: nothing. */
  Optional<String> dropped() {
    List<DeviceWindows> all = new ArrayList<>(training);
    all.addAll(validation);
    all.addAll(test);
    return DeviceWindows.dropped(all);
  }

  /** Which windows the parts share, for people; empty: none. */
  Optional<String> shared() {
    return SharedWindows.told(training, validation, test);
  }

  /** Labels of the recordings that no window has as its truth, sorted. */
  List<String> labelsWithoutWindow() {
    return labelsWithoutWindow;
  }

  /** The windows of a part that can be trained on or scored. */
  LabelledWindows labelled(List<DeviceWindows> part) {
    return new LabelledWindows(part, labels);
  }
}
