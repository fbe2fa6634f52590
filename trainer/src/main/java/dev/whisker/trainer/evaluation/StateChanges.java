package dev.whisker.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the changes of a state against those of the truth, over consecutive windows.
 *
 * <pre>
 *   window      0 1 2 3 4 5 6 7 8 9
 *   truth       a a a a . b b b b b     . a window with both labels has none
 *   state       a a c a a a b b b a
 *               |   | |     |     |
 *               |   | false |     false: the truth's change to a was followed at window 0
 *               |   false   follows the change at window 5, one window late
 *               follows the beginning
 * </pre>
 *
 * <p>A change of the truth counts from the window after the last one with another truth to the last
 * one before the next change: the first change of the state to that label in between follows it.
 * Every other change of the state is false. Not thread-safe.
 */
public final class StateChanges {
  /** No truth, or no state yet. */
  public static final int NONE = -1;

  private int windows;
  private int right;
  private int changes;
  private int followed;
  private int falseChanges;
  private long late;

  /**
   * Counts a stretch of windows.
   *
   * @param truths the index of each window's true label, or {@link #NONE}
   * @param states the index of the state's label at each window, or {@link #NONE}
   */
  public void add(int[] truths, int[] states) {
    List<Change> expected = changes(truths);
    changes += expected.size();
    int at = 0;
    int before = NONE;
    for (int i = 0; i < states.length; i++) {
      if (truths[i] != NONE) {
        windows++;
        right += truths[i] == states[i] ? 1 : 0;
      }
      if (states[i] != before) {
        before = states[i];
        while (at < expected.size() && expected.get(at).until <= i) {
          at++;
        }
        Change change = at < expected.size() ? expected.get(at) : null;
        // The windows without truth before a change are also those after the one before it.
        Change next = at + 1 < expected.size() ? expected.get(at + 1) : null;
        if (next != null && next.isFollowedBy(i, states[i])) {
          change = next;
        }
        if (change != null && change.isFollowedBy(i, states[i])) {
          change.followed = true;
          followed++;
          late += Math.max(0, i - change.at);
        } else {
          falseChanges++;
        }
      }
    }
  }

  private static List<Change> changes(int[] truths) {
    List<Change> found = new ArrayList<>();
    int before = NONE;
    int last = -1;
    for (int i = 0; i < truths.length; i++) {
      if (truths[i] == NONE) {
        continue;
      }
      if (truths[i] != before) {
        if (!found.isEmpty()) {
          found.get(found.size() - 1).until = i;
        }
        found.add(new Change(truths[i], last + 1, i, truths.length));
        before = truths[i];
      }
      last = i;
    }
    return found;
  }

  /** The share of windows with a truth whose state was right; 0 without any. */
  public double accuracy() {
    return windows == 0 ? 0 : (double) right / windows;
  }

  /** Number of windows with a truth. */
  public int windows() {
    return windows;
  }

  /** How often the truth changed, the beginning of each stretch included. */
  public int changes() {
    return changes;
  }

  /** How many changes of the state are none of the truth's. */
  public int falseChanges() {
    return falseChanges;
  }

  /** How many of the truth's changes the state did not follow. */
  public int missedChanges() {
    return changes - followed;
  }

  /** How many windows the state was late on average; null if it followed no change. */
  public Double delayWindows() {
    return followed == 0 ? null : (double) late / followed;
  }

  private static final class Change {
    private final int label;
    private final int from;
    private final int at;
    private int until;
    private boolean followed;

    Change(int label, int from, int at, int until) {
      this.label = label;
      this.from = from;
      this.at = at;
      this.until = until;
    }

    boolean isFollowedBy(int window, int state) {
      return !followed && state == label && window >= from && window < until;
    }
  }
}
