package dev.whisker.sandbox.watch;

import dev.whisker.classifier.cli.Terminal;
import java.io.PrintWriter;

/** Chooses how predictions are shown. */
public final class Views {
  private Views() {}

  /**
   * A table that is drawn over itself on a terminal, lines of state changes elsewhere.
   *
   * @param terminal what {@code out} writes to
   */
  public static View forPeople(PrintWriter out, Terminal terminal) {
    return terminal.isLive() ? new TableView(out, TableStyle.of(terminal)) : new LineView(out);
  }

  /** One line of JSON a prediction. */
  public static View json(PrintWriter out) {
    return new JsonView(out);
  }
}
