package dev.whisker.trainer.report;

import dev.whisker.trainer.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a table with colors.
 *
 * @param labels of the columns
 * @param rows one a true label
 * @param wide whether there are so many labels that their names stand upright
 */
record ConfusionTable(List<String> labels, List<Row> rows, boolean wide) {
  private static final int WIDE = 8;

  /** Paler than this, dark text is easier to read. */
  private static final double DARK = 0.55;

  static ConfusionTable of(Evaluation evaluation) {
    List<Row> rows = new ArrayList<>();
    for (int truth = 0; truth < evaluation.labels().size(); truth++) {
      List<Integer> counts = evaluation.confusion().get(truth);
      int all = counts.stream().mapToInt(Integer::intValue).sum();
      List<Cell> cells = new ArrayList<>();
      for (int predicted = 0; predicted < counts.size(); predicted++) {
        int count = counts.get(predicted);
        double share = all == 0 ? 0 : (double) count / all;
        cells.add(
            new Cell(
                Quantity.count(count),
                count == 0 ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * share),
                String.format(Locale.ROOT, "%.2f", count == 0 ? 0 : 0.08 + 0.82 * share),
                truth == predicted,
                share > DARK,
                count == 0));
      }
      rows.add(new Row(evaluation.labels().get(truth), List.copyOf(cells), Quantity.count(all)));
    }
    return new ConfusionTable(
        evaluation.labels(), List.copyOf(rows), evaluation.labels().size() > WIDE);
  }

  /**
   * A true label.
   *
   * @param label its name
   * @param cells what its windows were predicted as
   * @param all number of its windows
   */
  record Row(String label, List<Cell> cells, String all) {}

  /**
   * A true and a predicted label.
   *
   * @param count number of windows
   * @param share of the true label's windows
   * @param shade how strong the color is, 0 to 1
   * @param right whether both labels are the same
   * @param dark whether the color is strong
   * @param empty whether there is no window
   */
  record Cell(
      String count, String share, String shade, boolean right, boolean dark, boolean empty) {}
}
