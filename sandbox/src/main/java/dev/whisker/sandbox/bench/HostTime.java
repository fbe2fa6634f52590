package dev.whisker.sandbox.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a virtual machine's processors have done until one moment, in ticks. The host gives some of
 * their time to others, and what is measured then is slow for no reason of its own.
 *
 * @param stolen given to others
 * @param all idle or not
 */
record HostTime(long stolen, long all) {
  private static final Path STAT = Path.of("/proc/stat");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Of a processor's states in Linux, this is the stolen one; what follows is part of others. */
  private static final int STOLEN = 7;

  private static final double TOLD = 0.01;

  /** Until now; null where nobody knows. */
  static HostTime now() {
    try {
      return of(Files.readAllLines(STAT).get(0));
    } catch (IOException e) {
      return null;
    }
  }

  /** Of the line of all processors. */
  static HostTime of(String line) {
    long[] ticks =
        NUMBER
            .matcher(line)
            .results()
            .map(MatchResult::group)
            .limit(STOLEN + 1)
            .mapToLong(Long::parseLong)
            .toArray();
    long all = 0;
    for (long state : ticks) {
      all += state;
    }
    return new HostTime(ticks.length > STOLEN ? ticks[STOLEN] : 0, all);
  }

  /** The share that was stolen between two moments; null where nobody knows. */
  static Double stolen(HostTime from, HostTime to) {
    return from == null || to == null || to.all == from.all
        ? null
        : (to.stolen - from.stolen) / (double) (to.all - from.all);
  }

  /** For people: nothing where it is next to nothing. */
  static String told(Double share) {
    return share == null || share < TOLD
        ? ""
        : String.format(Locale.ROOT, " (the host took %.0f %% of the processors)", 100 * share);
  }
}
