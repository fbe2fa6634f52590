package dev.whisker.sandbox.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What a demo found.
 *
 * @param trainingSeconds how long the LSTM was trained
 * @param heldOutAccuracy its accuracy on recordings of machines that it has not seen, 0 to 1
 * @param denseAccuracy the accuracy of a dense network on the same recordings, 0 to 1
 * @param readings number of readings published live
 * @param windows number of windows that are due with them, by the offline path
 * @param predictions number of predictions that arrived
 * @param missing windows without a prediction
 * @param duplicated predictions of windows that had one already
 * @param wrong predictions that are not what the offline path computes
 * @param unexpected predictions of windows that the offline path does not know
 * @param liveAccuracy share of the predictions with a known truth that were right, 0 to 1
 * @param latencyMillisP50 median from the publishing of the reading with a window's last sample to
 *     the arrival of its prediction at a subscriber of committed records, in milliseconds
 * @param latencyMillisP99 its 99th percentile
 * @param readingsPerSecond readings published a second
 * @param windowsPerSecond windows due a second
 * @param faults the first of everything that is not as it should be, for people
 */
public record DemoReport(
    double trainingSeconds,
    double heldOutAccuracy,
    double denseAccuracy,
    long readings,
    long windows,
    long predictions,
    long missing,
    long duplicated,
    long wrong,
    long unexpected,
    double liveAccuracy,
    double latencyMillisP50,
    double latencyMillisP99,
    double readingsPerSecond,
    double windowsPerSecond,
    @JsonIgnore List<String> faults) {
  /** Copies the faults. */
  public DemoReport {
    faults = List.copyOf(faults);
  }

  /** Whether every window arrived once, as the offline path computes it. */
  @JsonIgnore
  public boolean isExact() {
    return missing == 0 && duplicated == 0 && wrong == 0 && unexpected == 0;
  }
}
