package dev.whisker.trainer.layers;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * How many cores a computation may use, and the running of its parts on them. Immutable.
 *
 * <p>Into how many parts something is cut depends on its size and never on the number of cores: a
 * product's rounding depends on where it is cut, and the same seed is to give the same network on
 * every machine of a kind.
 *
 * @param count 1: everything on the calling thread
 */
record Cores(int count) {
  /** Into how many parts something is cut at most. */
  static final int MOST_PARTS = 8;

  /** Checks the count. */
  Cores {
    if (count < 1) {
      throw new IllegalArgumentException(
          "The number of cores is " + count + "; expected 1 or more");
    }
  }

  /** All of this machine. */
  static Cores all() {
    return new Cores(Runtime.getRuntime().availableProcessors());
  }

  /**
   * Runs parts 0 to {@code parts - 1}, at once where there are cores; returns when all are done.
   */
  void run(int parts, IntConsumer part) {
    if (count == 1 || parts == 1) {
      for (int i = 0; i < parts; i++) {
        part.accept(i);
      }
    } else {
      IntStream.range(0, parts).parallel().forEach(part);
    }
  }

  /**
   * Where a part begins: a multiple of four, which is how far a vector register reaches at least.
   */
  static int begin(int part, int parts, int count) {
    return part == parts ? count : (int) ((long) count * part / parts / 4 * 4);
  }
}
