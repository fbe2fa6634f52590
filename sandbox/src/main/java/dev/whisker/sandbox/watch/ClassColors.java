package dev.whisker.sandbox.watch;

import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import java.util.HashMap;
import java.util.Map;

/**
 * A color for each class, the same in every run: by the order in which the model has its classes,
 * beginning anew after the last color.
 */
final class ClassColors {
  /** Foreground colors of ANSI X3.64: cyan, yellow, magenta, blue, green, red; then bright. */
  private static final int[] CODES = {36, 33, 35, 34, 32, 31, 96, 93, 95, 94, 92, 91};

  private static final String FAINT = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final boolean isColored;
  private final Map<String, Integer> codes = new HashMap<>();

  ClassColors(boolean isColored) {
    this.isColored = isColored;
  }

  /** Hears of the classes that a prediction's model has. */
  void learn(Prediction prediction) {
    if (codes.containsKey(prediction.label())) {
      return;
    }
    for (String label : prediction.probabilities().keySet()) {
      codes.putIfAbsent(label, CODES[codes.size() % CODES.length]);
    }
  }

  /** A text in the color of a class; faint if the class is none that is known. */
  String paint(String label, String text) {
    if (!isColored) {
      return text;
    }
    Integer code = codes.get(label);
    boolean isNone = code == null || label.equals(StateChange.UNKNOWN);
    return (isNone ? FAINT : "\u001b[" + code + "m") + text + PLAIN;
  }

  /** A text that matters less. */
  String faint(String text) {
    return isColored ? FAINT + text + PLAIN : text;
  }
}
