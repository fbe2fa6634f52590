package dev.whisker.trainer.training;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much an error on a window of each class counts in the loss.
 *
 * @param balanced whether every class counts the same, however many windows it has
 * @param given the weights of single classes; the others weigh 1
 */
public record ClassWeights(boolean balanced, Map<String, Double> given) {
  /** Every class counts the same. */
  public static final ClassWeights BALANCED = new ClassWeights(true, Map.of());

  /** Every window counts the same. */
  public static final ClassWeights NONE = new ClassWeights(false, Map.of());

  /** Copies the map. */
  public ClassWeights {
    given = Map.copyOf(given);
  }

  /**
   * Reads what {@link #toString} writes: {@code balanced}, {@code none} or {@code
   * label=weight,label=weight}.
   *
   * @throws IllegalArgumentException if it is none of these, or a weight is not above 0
   */
  public static ClassWeights parse(String text) {
    if (text.equals("balanced")) {
      return BALANCED;
    }
    if (text.equals("none")) {
      return NONE;
    }
    Map<String, Double> given = new TreeMap<>();
    for (String one : text.split(",")) {
      int equals = one.lastIndexOf('=');
      double weight = equals < 1 ? Double.NaN : weight(one.substring(equals + 1));
      if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "'"
                + one
                + "' is no weight of a class; expected balanced, none, or label=weight with a"
                + " weight above 0, several separated by commas");
      }
      given.put(one.substring(0, equals), weight);
    }
    return new ClassWeights(false, given);
  }

  private static double weight(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * The weights; balanced ones are 1 on average over the windows.
   *
   * @param labels of the training part
   * @param counts how many windows each of them has, above 0
   * @throws CommandFailure if a weight was given to another label
   */
  List<Double> of(List<String> labels, int[] counts) {
    for (String label : new TreeMap<>(given).keySet()) {
      if (!labels.contains(label)) {
        throw new CommandFailure(
            "--class-weights names the label '"
                + label
                + "'; the training part has "
                + labels
                + ". Name one of these");
      }
    }
    long windows = 0;
    for (int count : counts) {
      windows += count;
    }
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      weights.add(
          balanced
              ? (double) windows / (counts.length * (double) counts[i])
              : given.getOrDefault(labels.get(i), 1.0));
    }
    return weights;
  }

  /** As written on the command line. */
  @Override
  public String toString() {
    if (given.isEmpty()) {
      return balanced ? "balanced" : "none";
    }
    StringBuilder text = new StringBuilder();
    new TreeMap<>(given)
        .forEach(
            (label, weight) ->
                text.append(text.isEmpty() ? "" : ",").append(label).append('=').append(weight));
    return text.toString();
  }
}
