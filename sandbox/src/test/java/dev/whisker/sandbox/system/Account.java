package dev.whisker.sandbox.system;

import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * What became of the records that the offline evaluation has: predictions, or the changes of stable
 * labels that follow from them.
 *
 * @param records what they are
 * @param expected number of them
 * @param missing those that were not published
 * @param repeated those that were published again
 * @param different those that are not what the offline evaluation computes, that it has not, or
 *     that do not repeat to the bit what they repeat
 */
record Account(String records, int expected, int missing, int repeated, int different) {
  private static final float MOST_DIFFERENCE = 1e-5f;

  /** The head of a table of them. */
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "%-16s %-14s %-8s %8s %8s %8s %9s",
          "fault",
          "guarantee",
          "records",
          "expected",
          "missing",
          "repeated",
          "different");

  /** Predictions: each is known by its device and the end of its window. */
  static Account ofWindows(List<Prediction> expected, List<Prediction> published) {
    return of(
        "windows",
        expected,
        published,
        one -> one.device() + "@" + one.windowEndMicros(),
        Account::isSame);
  }

  /**
   * State changes: each is known by its device and its time.
   *
   * @param predictions what the offline evaluation predicts
   */
  static Account ofChanges(List<Prediction> predictions, List<StateChange> published) {
    return of(
        "changes",
        changes(predictions),
        published,
        one -> one.device() + "@" + one.timeMicros(),
        Account::isSame);
  }

  /**
   * The changes that follow from the stable labels of windows, none of which is silent for long.
   */
  private static List<StateChange> changes(List<Prediction> predictions) {
    List<StateChange> changes = new ArrayList<>();
    Map<String, String> before = new HashMap<>();
    predictions.stream()
        .sorted(Comparator.comparingLong(Prediction::windowEndMicros))
        .forEach(
            one -> {
              String from = before.getOrDefault(one.device(), StateChange.UNKNOWN);
              before.put(one.device(), one.stableLabel());
              if (!one.stableLabel().equals(from)) {
                changes.add(
                    new StateChange(
                        one.device(),
                        from,
                        one.stableLabel(),
                        one.windowEndMicros(),
                        one.confidence(),
                        one.model(),
                        one.modelVersion()));
              }
            });
    return changes;
  }

  private static <T> Account of(
      String records,
      List<T> expected,
      List<T> published,
      Function<T, String> key,
      BiPredicate<T, T> same) {
    Map<String, T> offline = new HashMap<>();
    expected.forEach(one -> offline.put(key.apply(one), one));
    Map<String, T> first = new HashMap<>();
    int repeated = 0;
    int different = 0;
    for (T live : published) {
      T before = first.putIfAbsent(key.apply(live), live);
      T known = offline.get(key.apply(live));
      repeated += before == null ? 0 : 1;
      boolean good = before == null ? known != null && same.test(known, live) : before.equals(live);
      different += good ? 0 : 1;
    }
    Set<String> missing = new HashSet<>(offline.keySet());
    missing.removeAll(first.keySet());
    return new Account(records, offline.size(), missing.size(), repeated, different);
  }

  private static boolean isSame(Prediction offline, Prediction live) {
    return live.windowStartMicros() == offline.windowStartMicros()
        && live.label().equals(offline.label())
        && live.status() == offline.status()
        && live.stableLabel().equals(offline.stableLabel())
        && live.filled() == offline.filled()
        && String.valueOf(live.truth()).equals(String.valueOf(offline.truth()))
        && offline.probabilities().entrySet().stream()
            .allMatch(one -> isNear(live.probabilities().get(one.getKey()), one.getValue()));
  }

  private static boolean isSame(StateChange offline, StateChange live) {
    return live.from().equals(offline.from())
        && live.to().equals(offline.to())
        && isNear(live.confidence(), offline.confidence())
        && live.model().equals(offline.model())
        && live.modelVersion().equals(offline.modelVersion());
  }

  private static boolean isNear(float one, float other) {
    return Math.abs(one - other) <= MOST_DIFFERENCE;
  }

  /** Whether nothing is missing and nothing is different: what at-least-once promises. */
  boolean isComplete() {
    return expected > 0 && missing == 0 && different == 0;
  }

  /** Whether nothing is repeated either: what exactly-once promises. */
  boolean isExact() {
    return isComplete() && repeated == 0;
  }

  /** A line of the table. */
  String line(String fault, String guarantee) {
    return String.format(
        Locale.ROOT,
        "%-16s %-14s %-8s %8d %8d %8d %9d",
        fault,
        guarantee,
        records,
        expected,
        missing,
        repeated,
        different);
  }
}
