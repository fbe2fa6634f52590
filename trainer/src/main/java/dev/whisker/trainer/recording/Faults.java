package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The faults found in the lines of recordings: either bad lines are left out and told in the end,
 * or the first one fails the reading, once the rest of its file has been looked at for more. Not
 * thread-safe.
 */
final class Faults {
  /** More lines are not looked at only to be counted. */
  private static final int MOST_COUNTED = 1 << 22;

  private final boolean skipBad;
  private final Map<FaultKind, Count> counts = new EnumMap<>(FaultKind.class);
  private LineFault first;
  private int looked;

  /** None yet; {@code skipBad} tells whether bad lines are left out. */
  Faults(boolean skipBad) {
    this.skipBad = skipBad;
  }

  /** Takes a fault; its line is not to be used. */
  void add(LineFault fault) {
    counts.computeIfAbsent(fault.kind(), kind -> new Count(fault.getMessage())).lines++;
    if (first == null && !fault.kind().isHarmless()) {
      first = fault;
    }
  }

  /** Whether the reading will fail: lines are only looked at, not kept. */
  boolean isFailing() {
    return first != null && !skipBad;
  }

  /** To be asked before each line: whether there is a reason to read it. */
  boolean wantsMore() {
    return !isFailing() || looked++ < MOST_COUNTED;
  }

  /**
   * To be called at the end of each file.
   *
   * @throws CommandFailure if a line of it was bad and bad ones are not left out
   */
  void requireNone() {
    if (!isFailing()) {
      return;
    }
    StringBuilder text = new StringBuilder(first.getMessage());
    String least = looked > MOST_COUNTED ? "at least " : "";
    long alike = counts.get(first.kind()).lines - 1;
    if (alike > 0) {
      text.append("; ").append(least).append(first.kind().counted(alike, "more "));
    }
    counts.forEach(
        (kind, count) -> {
          if (kind != first.kind() && !kind.isHarmless()) {
            text.append("; ").append(least).append(kind.counted(count.lines, ""));
            text.append(", first ").append(count.example);
          }
        });
    boolean several =
        alike > 0 || counts.keySet().stream().filter(kind -> !kind.isHarmless()).count() > 1;
    throw new CommandFailure(
        text.append(". Correct or remove ")
            .append(several ? "them" : "the line")
            .append(", or leave out what is bad with --skip-bad")
            .toString(),
        first);
  }

  /** What was left out, for people: a text a kind of fault. */
  List<String> leftOut() {
    List<String> texts = new ArrayList<>();
    counts.forEach(
        (kind, count) ->
            texts.add("Left out " + kind.counted(count.lines, "") + ", first " + count.example));
    return texts;
  }

  /** How often a kind was found, and where first. */
  private static final class Count {
    private final String example;
    private long lines;

    Count(String example) {
      this.example = example;
    }
  }
}
