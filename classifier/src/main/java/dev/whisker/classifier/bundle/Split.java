package dev.whisker.classifier.bundle;

import java.util.List;
import java.util.Objects;

/**
 * How the recordings were split into training, validation and test part.
 *
 * @param kind by device or by time block
 * @param testShare the share of devices, or of each recording's end, that is the test part
 * @param validationShare the same of what the test part leaves
 * @param seed which devices: the seed of the draw
 * @param test the devices of the test part, sorted (by device only; empty by time)
 * @param validation the devices of the validation part, sorted (by device only)
 */
public record Split(
    Kind kind,
    double testShare,
    double validationShare,
    long seed,
    List<String> test,
    List<String> validation) {

  /** What a part consists of. */
  public enum Kind {
    /** Whole devices. */
    DEVICE,
    /** Blocks of time of every device; no window crosses a cut. */
    TIME
  }

  /** Copies the lists. */
  public Split {
    Objects.requireNonNull(kind, "kind");
    test = List.copyOf(test);
    validation = List.copyOf(validation);
  }
}
