package dev.whisker.sandbox.ledger;

import dev.whisker.schemas.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds the predictions that are expected against those that arrive, window by window: a window is
 * known by its device and the time of its last sample. Thread-safe.
 *
 * <p>Its memory is that of the expected windows that have not arrived, and of the latest settled
 * ones of each device; anything older than those that arrives again counts as duplicated.
 */
public final class Ledger {
  /** How far a probability may be off: the wire rounds nothing, engines differ by less. */
  public static final float TOLERANCE = 1e-5f;

  private static final int SETTLED_KEPT = 4_096;
  private static final int FAULTS_KEPT = 10;

  private final Map<String, Device> devices = new HashMap<>();
  private final Latencies latencies = new Latencies();
  private final List<String> faults = new ArrayList<>();
  private long expected;
  private long outstanding;
  private long received;
  private long duplicated;
  private long wrong;
  private long unexpected;
  private long labelled;
  private long right;

  /**
   * A window is due.
   *
   * @param prediction what the offline path makes of it
   * @param publishedNanos when the reading with its last sample was published, by {@link
   *     System#nanoTime}
   */
  public synchronized void expect(Prediction prediction, long publishedNanos) {
    Device device = devices.computeIfAbsent(prediction.device(), name -> new Device());
    device.open.put(prediction.windowEndMicros(), new Expected(prediction, publishedNanos));
    expected++;
    outstanding++;
  }

  /**
   * A prediction has arrived.
   *
   * @param receivedNanos when, by {@link System#nanoTime}
   */
  public synchronized void receive(Prediction prediction, long receivedNanos) {
    received++;
    long end = prediction.windowEndMicros();
    Device device = devices.computeIfAbsent(prediction.device(), name -> new Device());
    Expected match = device.open.remove(end);
    if (match == null) {
      if (device.isSettled(end)) {
        duplicated++;
        fault("duplicated", prediction, "");
      } else {
        unexpected++;
        fault("unexpected", prediction, "");
      }
      return;
    }
    outstanding--;
    device.settle(end);
    latencies.add(receivedNanos - match.publishedNanos());
    String difference = difference(match.prediction(), prediction);
    if (difference != null) {
      wrong++;
      fault("wrong", prediction, difference);
    }
    if (prediction.truth() != null) {
      labelled++;
      right += prediction.truth().equals(prediction.label()) ? 1 : 0;
    }
  }

  /** Number of expected windows that have not arrived. */
  public synchronized long outstanding() {
    return outstanding;
  }

  /** Number of predictions that have arrived. */
  public synchronized long received() {
    return received;
  }

  /** What has been found so far; windows that have not arrived count as missing. */
  public synchronized Summary summary() {
    List<String> all = new ArrayList<>(faults);
    for (Map.Entry<String, Device> entry : new TreeMap<>(devices).entrySet()) {
      for (Expected missing : entry.getValue().open.values()) {
        if (all.size() < 2 * FAULTS_KEPT) {
          all.add(describe("missing", missing.prediction(), ""));
        }
      }
    }
    return new Summary(
        expected,
        received,
        outstanding,
        duplicated,
        wrong,
        unexpected,
        labelled,
        right,
        latencies.quantileMillis(0.5),
        latencies.quantileMillis(0.99),
        all);
  }

  /** What differs; null: nothing that matters. */
  private static String difference(Prediction expected, Prediction actual) {
    if (!expected.label().equals(actual.label())) {
      return "label " + actual.label() + ", offline " + expected.label();
    }
    if (expected.status() != actual.status()) {
      return "status " + actual.status() + ", offline " + expected.status();
    }
    if (!expected.stableLabel().equals(actual.stableLabel())) {
      return "stable label " + actual.stableLabel() + ", offline " + expected.stableLabel();
    }
    if (!expected.probabilities().keySet().equals(actual.probabilities().keySet())) {
      return "labels "
          + actual.probabilities().keySet()
          + ", offline "
          + expected.probabilities().keySet();
    }
    for (Map.Entry<String, Float> one : expected.probabilities().entrySet()) {
      float probability = actual.probabilities().get(one.getKey());
      // Written so that NaN is a difference.
      if (!(Math.abs(probability - one.getValue()) <= TOLERANCE)) {
        return one.getKey() + " " + probability + ", offline " + one.getValue();
      }
    }
    return null;
  }

  private void fault(String kind, Prediction prediction, String difference) {
    if (faults.size() < FAULTS_KEPT) {
      faults.add(describe(kind, prediction, difference));
    }
  }

  private static String describe(String kind, Prediction prediction, String difference) {
    return kind
        + ": device "
        + prediction.device()
        + ", window end "
        + prediction.windowEndMicros()
        + " µs"
        + (difference.isEmpty() ? "" : ", " + difference);
  }

  private record Expected(Prediction prediction, long publishedNanos) {}

  /** One device's windows. */
  private static final class Device {
    private final TreeMap<Long, Expected> open = new TreeMap<>();
    private final TreeSet<Long> settled = new TreeSet<>();
    private long forgottenUntil = Long.MIN_VALUE;

    void settle(long end) {
      settled.add(end);
      if (settled.size() > SETTLED_KEPT) {
        forgottenUntil = Math.max(forgottenUntil, settled.pollFirst());
      }
    }

    boolean isSettled(long end) {
      return end <= forgottenUntil || settled.contains(end);
    }
  }

  /**
   * What a ledger found.
   *
   * @param windows number of windows expected
   * @param predictions number of predictions that arrived
   * @param missing windows without a prediction
   * @param duplicated predictions of windows that had one already
   * @param wrong predictions that are not what the offline path computes
   * @param unexpected predictions of windows that the offline path does not know
   * @param labelled predictions with a known truth
   * @param right those of them whose label is the truth
   * @param latencyMillisP50 median from publishing to arrival, in milliseconds
   * @param latencyMillisP99 its 99th percentile
   * @param faults the first of everything that is not as it should be, for people
   */
  public record Summary(
      long windows,
      long predictions,
      long missing,
      long duplicated,
      long wrong,
      long unexpected,
      long labelled,
      long right,
      double latencyMillisP50,
      double latencyMillisP99,
      List<String> faults) {
    /** Copies the faults. */
    public Summary {
      faults = List.copyOf(faults);
    }

    /** Whether every window arrived once, as the offline path computes it. */
    public boolean isExact() {
      return missing == 0 && duplicated == 0 && wrong == 0 && unexpected == 0;
    }

    /** Share of the predictions with a known truth that were right; 0 if there are none. */
    public double accuracy() {
      return labelled == 0 ? 0 : (double) right / labelled;
    }
  }
}
