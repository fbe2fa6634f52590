package dev.whisker.trainer.split;

import dev.whisker.classifier.window.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds windows of other parts that have exactly the values of a training window: what they score
 * is learnt by heart.
 *
 * <p>The work is bounded: of each window at most {@value #MOST_HASHED} values, spread over it, are
 * hashed, and only windows with the same hash are compared in full.
 */
public final class SharedWindows {
  private static final int MOST_HASHED = 64;

  /** Different windows with the same hash are rare, unless they are made to have it. */
  private static final int MOST_COMPARED = 64;

  private static final int BITS_OF_AN_INDEX = 32;

  private final List<Window> training = new ArrayList<>();

  /** Hash above, index below, sorted. */
  private final long[] hashes;

  /** Of a training part. */
  public SharedWindows(List<DeviceWindows> trainingPart) {
    trainingPart.forEach(block -> training.addAll(block.windows()));
    hashes = new long[training.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = (long) hash(training.get(i)) << BITS_OF_AN_INDEX | i;
    }
    Arrays.sort(hashes);
  }

  /**
   * What is shared, for people; empty: nothing.
   *
   * @param training the windows of the training part
   * @param validation of the validation part
   * @param test of the test part
   */
  public static Optional<String> told(
      List<DeviceWindows> training, List<DeviceWindows> validation, List<DeviceWindows> test) {
    SharedWindows shared = new SharedWindows(training);
    List<String> found = new ArrayList<>();
    add(found, "validation", shared.count(validation), validation);
    add(found, "test", shared.count(test), test);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join(" and ", found)
                + " windows have exactly the values of a training window: their score says little"
                + " of new recordings");
  }

  private static void add(List<String> found, String name, int count, List<DeviceWindows> part) {
    if (count > 0) {
      int all = part.stream().mapToInt(block -> block.windows().size()).sum();
      found.add(count + " of " + all + " " + name);
    }
  }

  /** How many windows of a part have exactly the values of a training window. */
  public int count(List<DeviceWindows> part) {
    int count = 0;
    for (DeviceWindows block : part) {
      for (Window window : block.windows()) {
        count += isShared(window) ? 1 : 0;
      }
    }
    return count;
  }

  private boolean isShared(Window window) {
    int hash = hash(window);
    long least = (long) hash << BITS_OF_AN_INDEX;
    int found = Arrays.binarySearch(hashes, least);
    int at = found < 0 ? -found - 1 : found;
    for (int compared = 0;
        compared < MOST_COMPARED && at < hashes.length && hashes[at] >> BITS_OF_AN_INDEX == hash;
        compared++, at++) {
      if (haveSameValues(window, training.get((int) hashes[at]))) {
        return true;
      }
    }
    return false;
  }

  private static boolean haveSameValues(Window a, Window b) {
    int from = a.buffer().place(a.start());
    int other = b.buffer().place(b.start());
    return Arrays.equals(
        a.buffer().array(), from, from + values(a), b.buffer().array(), other, other + values(b));
  }

  private static int hash(Window window) {
    float[] array = window.buffer().array();
    int from = window.buffer().place(window.start());
    int values = values(window);
    int hashed = Math.min(values, MOST_HASHED);
    int hash = 1;
    for (int i = 0; i < hashed; i++) {
      int at = from + (int) ((long) i * values / hashed);
      hash = 31 * hash + Float.floatToIntBits(array[at]);
    }
    return hash;
  }

  private static int values(Window window) {
    return window.samples() * window.buffer().channels();
  }
}
