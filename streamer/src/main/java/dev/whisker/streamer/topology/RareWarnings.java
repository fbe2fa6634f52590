package dev.whisker.streamer.topology;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Warnings that every record may cause: one a minute of each kind, which says how many were left
 * out since the one before it. Not thread-safe: each processor has its own.
 */
final class RareWarnings implements AutoCloseable {
  private static final long APART_MILLIS = 60_000;

  private final Logger log;
  private final LongSupplier nowMillis;
  private final Map<String, Kind> kinds = new TreeMap<>();

  /**
   * No warning yet.
   *
   * @param log takes the warnings
   * @param nowMillis the time
   */
  RareWarnings(Logger log, LongSupplier nowMillis) {
    this.log = log;
    this.nowMillis = nowMillis;
  }

  /**
   * Logs a warning, or counts it if there was one of its kind within the last minute.
   *
   * @param kind one of few
   * @param text is asked for only if it is logged
   */
  void warn(String kind, Supplier<String> text) {
    Kind known = kinds.computeIfAbsent(kind, name -> new Kind());
    long now = nowMillis.getAsLong();
    if (known.logged && now - known.loggedMillis < APART_MILLIS) {
      known.leftOut++;
      return;
    }
    log.warn("{}{}", text.get(), known.leftOut == 0 ? "" : leftOut(known));
    known.logged = true;
    known.loggedMillis = now;
    known.leftOut = 0;
  }

  private static String leftOut(Kind kind) {
    return " (and " + kind.leftOut + " more like this one since the last such line)";
  }

  /** Says how many were left out in the end. */
  @Override
  public void close() {
    kinds.forEach(
        (name, kind) -> {
          if (kind.leftOut > 0) {
            log.warn("{}: {} more since the last such line", name, kind.leftOut);
          }
        });
    kinds.clear();
  }

  private static final class Kind {
    private boolean logged;
    private long loggedMillis;
    private long leftOut;
  }
}
