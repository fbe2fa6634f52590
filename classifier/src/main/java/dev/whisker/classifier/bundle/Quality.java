package dev.whisker.classifier.bundle;

/**
 * How far can be trusted what is published beside a label: its confidence, its status and the
 * device's stable label.
 *
 * @param validation on the validation part, by which temperature, threshold and smoothing were
 *     chosen; null: there was none
 * @param test on the test part, which had no say in them; null: there was none
 * @param minPrecision the precision that the reject threshold was asked for; null: none
 */
public record Quality(OnPart validation, OnPart test, Double minPrecision) {

  /** The same with how it is on the test part. */
  public Quality withTest(OnPart part) {
    return new Quality(validation, part, minPrecision);
  }

  /**
   * On one part.
   *
   * @param windows number of windows scored: those with a known truth
   * @param uncalibratedError the expected calibration error with the temperature 1
   * @param calibrationError the expected calibration error as served
   * @param coverage the share of windows that are not uncertain
   * @param precision the share of those whose label was right; null: all are uncertain
   * @param smoothing what smoothing does to the labels of consecutive windows
   */
  public record OnPart(
      int windows,
      double uncalibratedError,
      double calibrationError,
      double coverage,
      Double precision,
      Effect smoothing) {}

  /**
   * What smoothing does. A state change is false if it is none of the truth's: the truth did not
   * change to that label, or a change to it was counted for it already.
   *
   * @param accuracy the share of windows whose own label was right
   * @param stableAccuracy the share of windows at which the stable label was right; having none is
   *     not right
   * @param changes how often the truth changed, the beginning of every stretch included
   * @param falseChanges how many false changes there are if every window's label is a state
   * @param stableFalseChanges how many there are of the stable label
   * @param missedChanges how many of the truth's changes the stable label did not follow before the
   *     next one
   * @param delayWindows how many windows the stable label was late, on average over the changes
   *     that it followed; null: there was none
   */
  public record Effect(
      double accuracy,
      double stableAccuracy,
      int changes,
      int falseChanges,
      int stableFalseChanges,
      int missedChanges,
      Double delayWindows) {}
}
