package dev.whisker.sandbox.watch;

import java.io.PrintWriter;

/** Chooses how predictions are shown. */
public final class Views {
  private Views() {}

  /** A table that is drawn over itself on a terminal, lines of state changes elsewhere. */
  public static View forPeople(PrintWriter out) {
    return isTerminal() ? new TableView(out) : new LineView(out);
  }

  /** One line of JSON a prediction. */
  public static View json(PrintWriter out) {
    return new JsonView(out);
  }

  private static boolean isTerminal() {
    return System.console() != null && !"dumb".equals(System.getenv("TERM"));
  }
}
