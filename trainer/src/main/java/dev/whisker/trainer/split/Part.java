package dev.whisker.trainer.split;

/** A part of the recordings. */
public enum Part {
  /** What the network's weights and all statistics are fitted on. */
  TRAIN,
  /** What decides when training stops. */
  VALIDATION,
  /** What neither of them has seen. */
  TEST,
  /** Whole recordings. */
  ALL
}
