package dev.whisker.sandbox.system;

import dev.whisker.schemas.Prediction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What became of the windows that the offline evaluation has.
 *
 * @param expected number of windows
 * @param missing those that have no prediction
 * @param repeated predictions of windows that have one already
 * @param different predictions that are not what the offline evaluation computes, of windows that
 *     it has not, or that do not repeat to the bit what they repeat
 */
record WindowAccount(int expected, int missing, int repeated, int different) {
  private static final float MOST_DIFFERENCE = 1e-5f;

  /** The head of a table of them. */
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "%-16s %-14s %8s %8s %8s %9s",
          "fault",
          "guarantee",
          "expected",
          "missing",
          "repeated",
          "different");

  static WindowAccount of(List<Prediction> expected, List<Prediction> published) {
    Map<String, Prediction> offline = new HashMap<>();
    expected.forEach(one -> offline.put(key(one), one));
    Map<String, Prediction> first = new HashMap<>();
    int repeated = 0;
    int different = 0;
    for (Prediction prediction : published) {
      Prediction before = first.putIfAbsent(key(prediction), prediction);
      repeated += before == null ? 0 : 1;
      boolean same =
          before == null
              ? isSame(offline.get(key(prediction)), prediction)
              : before.equals(prediction);
      different += same ? 0 : 1;
    }
    Set<String> missing = new HashSet<>(offline.keySet());
    missing.removeAll(first.keySet());
    return new WindowAccount(offline.size(), missing.size(), repeated, different);
  }

  /** What a window is known by. */
  static String key(Prediction prediction) {
    return prediction.device() + "@" + prediction.windowEndMicros();
  }

  private static boolean isSame(Prediction offline, Prediction live) {
    return offline != null
        && live.windowStartMicros() == offline.windowStartMicros()
        && live.label().equals(offline.label())
        && live.status() == offline.status()
        && live.stableLabel().equals(offline.stableLabel())
        && live.filled() == offline.filled()
        && String.valueOf(live.truth()).equals(String.valueOf(offline.truth()))
        && offline.probabilities().entrySet().stream()
            .allMatch(
                one ->
                    Math.abs(live.probabilities().get(one.getKey()) - one.getValue())
                        <= MOST_DIFFERENCE);
  }

  /** A line of the table. */
  String line(String fault, String guarantee) {
    return String.format(
        Locale.ROOT,
        "%-16s %-14s %8d %8d %8d %9d",
        fault,
        guarantee,
        expected,
        missing,
        repeated,
        different);
  }
}
