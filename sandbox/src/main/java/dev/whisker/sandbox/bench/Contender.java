package dev.whisker.sandbox.bench;

/** Who turns readings into predictions. */
enum Contender {
  /** {@code whisker stream --guarantee at-least-once}. */
  AT_LEAST_ONCE("at-least-once"),
  /** {@code whisker stream --guarantee exactly-once}. */
  EXACTLY_ONCE("exactly-once"),
  /** {@link #AT_LEAST_ONCE} that classifies every window by itself. */
  WINDOW_BY_WINDOW("at-least-once, a window a call"),
  /** {@link LoopPeer}. */
  LOOP("hand-written loop"),
  /** {@link StreamsPeer}. */
  DEEPLEARNING4J("Kafka Streams with deeplearning4j's output()");

  private final String told;

  Contender(String told) {
    this.told = told;
  }

  /** For people. */
  String told() {
    return told;
  }
}
