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

  private final String property;

  Terminal(String property) {
    this.property = property;
  }

  /** Whether it is one; not without the launcher. */
  public boolean isLive() {
    String kind = System.getenv("TERM");
    return Boolean.getBoolean(property) && kind != null && !kind.equals("dumb");
  }
}
