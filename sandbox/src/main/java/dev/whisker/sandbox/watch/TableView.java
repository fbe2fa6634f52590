package dev.whisker.sandbox.watch;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link PredictionTable} on a terminal, drawn over itself. */
final class TableView implements View {
  private static final long REDRAW_NANOS = Duration.ofMillis(250).toNanos();

  /** Moves the cursor up by so many lines, to the first column. */
  private static final String UP = "\u001b[%dF";

  /** Clears from the cursor to the end of the screen. */
  private static final String CLEAR = "\u001b[J";

  private final PrintWriter out;
  private final long redrawNanos;
  private final PredictionTable table;
  private int drawnLines;
  private long drawnNanos;
  private long drawnPredictions;

  TableView(PrintWriter out, TableStyle style) {
    this(out, style, REDRAW_NANOS);
  }

  /** Not drawn more often than once in so many nanoseconds. */
  TableView(PrintWriter out, TableStyle style, long redrawNanos) {
    this.out = out;
    table = new PredictionTable(style);
    this.redrawNanos = redrawNanos;
  }

  @Override
  public void accept(ReceivedPrediction received) {
    table.accept(received);
  }

  @Override
  public void refresh() {
    long now = System.nanoTime();
    if (drawnLines > 0 && now - drawnNanos < redrawNanos) {
      return;
    }
    double seconds = (now - drawnNanos) / 1e9;
    double rate = drawnLines == 0 ? 0 : (table.predictions() - drawnPredictions) / seconds;
    List<String> lines = new ArrayList<>(table.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d predictions, %.0f a second. ! the label is not the truth, ? it is uncertain",
            table.predictions(),
            rate));
    if (drawnLines > 0) {
      out.printf(Locale.ROOT, UP, drawnLines);
    }
    out.print(CLEAR);
    lines.forEach(out::println);
    out.flush();
    drawnLines = lines.size();
    drawnNanos = now;
    drawnPredictions = table.predictions();
  }
}
