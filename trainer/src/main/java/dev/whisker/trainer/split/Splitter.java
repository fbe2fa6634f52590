package dev.whisker.trainer.split;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.bundle.Split.Kind;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides how recordings are split; the same recordings and seed give the same split. */
public final class Splitter {
  /** One device each to train, to validate and to test on. */
  private static final int FEWEST_DEVICES = 3;

  private final double testShare;
  private final double validationShare;
  private final long seed;

  /**
   * For the given shares.
   *
   * @param testShare the share of devices, or of each recording's end, to test on; 0: none
   * @param validationShare the same of what is left, to validate on; 0: none
   * @param seed decides which devices
   */
  public Splitter(double testShare, double validationShare, long seed) {
    requireShare("test share", testShare);
    requireShare("validation share", validationShare);
    this.testShare = testShare;
    this.validationShare = validationShare;
    this.seed = seed;
  }

  /**
   * By device where there are enough of them that every label can be in every part, and always for
   * series, of which a part is no series; else by time.
   */
  public static Kind defaultKind(Recordings recordings) {
    return recordings.series()
            || new DeviceDraw(recordings.recordings(), 0).fewestDevicesOfALabel() >= FEWEST_DEVICES
        ? Kind.DEVICE
        : Kind.TIME;
  }

  /**
   * Splits.
   *
   * @throws CommandFailure if there are too few devices to split by
   */
  public Split split(Recordings recordings, Kind kind) {
    if (kind == Kind.TIME) {
      return new Split(kind, testShare, validationShare, seed, List.of(), List.of());
    }
    List<Recording> devices = recordings.recordings();
    List<String> test = draw(devices, testShare);
    Set<String> taken = new HashSet<>(test);
    List<Recording> left = devices.stream().filter(d -> !taken.contains(d.device())).toList();
    List<String> validation = draw(left, validationShare);
    return new Split(kind, testShare, validationShare, seed, test, validation);
  }

  /**
   * Splits by device once a fold: every device is in the test part of exactly one of the splits,
   * and every label is spread over them as evenly as the devices allow. The test share is not used.
   *
   * @param folds how many, 2 or more
   * @throws CommandFailure if there are too few devices
   */
  public List<Split> folds(Recordings recordings, int folds) {
    List<Recording> devices = recordings.recordings();
    DeviceDraw draw = new DeviceDraw(devices, seed);
    int fewest = draw.fewestDevicesOfALabel();
    if (folds < 2 || folds > devices.size() || fewest < 2) {
      throw new CommandFailure(
          "The "
              + devices.size()
              + " device(s), with a label that only "
              + fewest
              + " of them have, cannot be split into "
              + folds
              + " folds; from 2 folds to one a device, and every label on 2 devices or more, are"
              + " expected. Give fewer --folds or record more devices");
    }
    List<Split> splits = new ArrayList<>();
    for (List<String> test : draw.folds(folds)) {
      Set<String> taken = new HashSet<>(test);
      List<Recording> left = devices.stream().filter(d -> !taken.contains(d.device())).toList();
      splits.add(
          new Split(
              Kind.DEVICE, 1.0 / folds, validationShare, seed, test, draw(left, validationShare)));
    }
    return List.copyOf(splits);
  }

  private List<String> draw(List<Recording> devices, double share) {
    if (share == 0) {
      return List.of();
    }
    int count = (int) Math.max(1, Math.round(share * devices.size()));
    List<String> drawn = new DeviceDraw(devices, seed).draw(count, share);
    if (drawn.isEmpty()) {
      throw new CommandFailure(
          "The "
              + devices.size()
              + " device(s) cannot be split by device: every one of them is the only one with one"
              + " of its labels. Record each label on three devices or more, or use --split time");
    }
    return drawn;
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          "The " + name + " is " + share + "; expected 0 or more and less than 1");
    }
  }
}
