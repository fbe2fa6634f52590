package dev.whisker.trainer.command;

import dev.whisker.classifier.bundle.Manifest.History;
import java.util.List;
import java.util.Locale;

/** How a training went as curves of blocks, a line each, of at most 80 columns. */
final class HistoryText {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final int COLUMNS = 36;

  private HistoryText() {}

  /** The lines, with an empty one before them; nothing where nothing was measured. */
  static String of(History history) {
    if (history.loss().isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("\n");
    text.append(
        String.format(
            Locale.ROOT,
            "  %-20s %-" + COLUMNS + "s %8s %8s%n",
            "epochs",
            "1 to " + history.loss().size() + ", kept " + history.kept(),
            "first",
            "kept"));
    curve(text, "loss", history.loss(), history.kept());
    curve(text, "validation loss", history.validationLoss(), history.kept());
    curve(text, "accuracy", history.accuracy(), history.kept());
    curve(text, "validation accuracy", history.validationAccuracy(), history.kept());
    return text.toString();
  }

  private static void curve(StringBuilder text, String name, List<Float> values, int kept) {
    if (values.isEmpty()) {
      return;
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %-20s %-" + COLUMNS + "s %8.4f %8.4f%n",
            name,
            blocks(values),
            values.get(0),
            values.get(Math.min(kept, values.size()) - 1)));
  }

  /** A block a value; where there are more than columns, the mean of those that share one. */
  private static String blocks(List<Float> values) {
    int columns = Math.min(COLUMNS, values.size());
    double[] means = new double[columns];
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < columns; c++) {
      List<Float> shared =
          values.subList(c * values.size() / columns, (c + 1) * values.size() / columns);
      means[c] = shared.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
      least = Math.min(least, means[c]);
      most = Math.max(most, means[c]);
    }
    StringBuilder blocks = new StringBuilder();
    for (double mean : means) {
      double height = most > least ? (mean - least) / (most - least) : 0;
      blocks.append(BLOCKS.charAt((int) Math.round(height * (BLOCKS.length() - 1))));
    }
    return blocks.toString();
  }
}
