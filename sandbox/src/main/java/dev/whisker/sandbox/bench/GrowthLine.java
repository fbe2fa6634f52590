package dev.whisker.sandbox.bench;

/** One thing that grows while all others stay what they are. */
enum GrowthLine {
  /** Devices that publish, of the model A. */
  DEVICES("devices", new int[] {100, 10_000}, new int[] {10, 100, 1_000, 10_000, 100_000}),
  /** Values in a sample, of a light network. */
  CHANNELS("channels", new int[] {9, 64}, new int[] {1, 3, 9, 27, 64}),
  /**
   * Samples in a window, half of which are new, of a light network. Told in samples, so that the
   * cost of one may be compared.
   */
  LENGTH("length", new int[] {128, 4_096}, new int[] {64, 128, 256, 1_024, 4_096}),
  /** In how many windows a sample is, of a light network. */
  OVERLAP("hop / length", new int[] {2, 16}, new int[] {1, 2, 4, 8, 16}),
  /** Stream threads, of the model A. */
  THREADS("threads", new int[] {1, 2}, new int[] {1, 2});

  private static final int LENGTH_OF_OTHERS = 128;
  private static final int CHANNELS_OF_OTHERS = 9;

  private final String told;
  private final int[] few;
  private final int[] many;

  GrowthLine(String told, int[] few, int[] many) {
    this.told = told;
    this.few = few;
    this.many = many;
  }

  /** What a plot calls the values. */
  String axis() {
    return switch (this) {
      case LENGTH -> "samples a window";
      case OVERLAP -> "length / hop";
      case DEVICES, CHANNELS, THREADS -> told;
    };
  }

  /** A point's name, which begins with what grows. */
  String told(int value) {
    String point =
        switch (this) {
          case DEVICES -> value + " devices";
          case CHANNELS -> value == 1 ? "1 channel" : value + " channels";
          case LENGTH -> value + " samples a window";
          case OVERLAP -> value == 1 ? "1" : "1/" + value;
          case THREADS -> value == 1 ? "1 thread" : value + " threads";
        };
    return told + ": " + point;
  }

  /** Whether a figure is one of its points. */
  boolean has(Figure figure) {
    return figure.name().startsWith(told + ": ");
  }

  /** What it grows to, the least first. */
  int[] values(boolean full) {
    return full ? many.clone() : few.clone();
  }

  /** The model of a point. */
  ModelShape model(int value) {
    return switch (this) {
      case DEVICES, THREADS -> ModelShape.A;
      case CHANNELS -> ModelShape.light(LENGTH_OF_OTHERS, LENGTH_OF_OTHERS / 2, value);
      case LENGTH -> ModelShape.light(value, value / 2, CHANNELS_OF_OTHERS);
      case OVERLAP ->
          ModelShape.light(LENGTH_OF_OTHERS, LENGTH_OF_OTHERS / value, CHANNELS_OF_OTHERS);
    };
  }
}
