package dev.whisker.classifier.cli;

/**
 * Whether a person looks at an output, on a terminal that can draw over what it shows. Only the
 * launcher knows: Java has one answer for all three streams, and since JDK 22 a wrong one.
 */
public enum Terminal {
  /** Standard output. */
  OUT("whisker.terminal.out"),
  /** Standard error. */
  ERR("whisker.terminal.err");

  private static final int USUAL_ROWS = 24;
  private static final int USUAL_COLUMNS = 80;

  private final String property;

  Terminal(String property) {
    this.property = property;
  }

  /** Whether it is one; not without the launcher. */
  public boolean isLive() {
    String kind = System.getenv("TERM");
    return Boolean.getBoolean(property) && kind != null && !kind.equals("dumb");
  }

  /** Lines that fit on it, when the command was started. */
  public int rows() {
    return size(0, USUAL_ROWS);
  }

  /** Characters that fit on a line of it, when the command was started. */
  public int columns() {
    return size(1, USUAL_COLUMNS);
  }

  /** What the launcher says, {@code ROWSxCOLUMNS}; a terminal may say 0 when it does not know. */
  private static int size(int index, int usual) {
    String[] size = System.getProperty("whisker.terminal.size", "").split("x", -1);
    return size.length == 2 && size[index].matches("[1-9]\\d{0,4}")
        ? Integer.parseInt(size[index])
        : usual;
  }
}
