package dev.whisker.trainer.recording;

/** What may be wrong with a line of recordings, each kind counted apart. */
enum FaultKind {
  /** Text where a value belongs. */
  VALUE("line", "lines", "with a value that is no number"),
  /** Nothing, NaN or a question mark where a value belongs. */
  MISSING("line", "lines", "with a missing value"),
  /** Text where a time belongs. */
  TIME("line", "lines", "without a valid time"),
  /** An empty device. */
  DEVICE("line", "lines", "without a device"),
  /** More or fewer fields, channels or values than elsewhere in the file. */
  SHAPE("line", "lines", "of another length"),
  /** Quotes that do not belong together. */
  QUOTES("line", "lines", "with unbalanced quotes"),
  /** No instant at which every channel has a value: nothing is wrong, and nothing there to read. */
  NO_SAMPLE("series", "series", "without a complete sample");

  private final String one;
  private final String many;
  private final String fault;

  FaultKind(String one, String many, String fault) {
    this.one = one;
    this.many = many;
    this.fault = fault;
  }

  /** So many lines with this fault, for people; {@code more} stands before the word for lines. */
  String counted(long lines, String more) {
    return lines + " " + more + (lines == 1 ? one : many) + " " + fault;
  }

  /** Whether such lines are left out, and told, even if nobody asked to skip bad ones. */
  boolean isHarmless() {
    return this == NO_SAMPLE;
  }
}
