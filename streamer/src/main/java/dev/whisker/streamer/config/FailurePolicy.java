package dev.whisker.streamer.config;

import java.time.Duration;
import java.util.Objects;

/**
 * What follows when a stream thread fails.
 *
 * @param action what to do
 * @param mostRestarts how many threads are replaced within the period before the streamer ends
 *     after all; one more for every further stream thread, as an outage can end all of them at once
 * @param period over which restarts are counted
 */
public record FailurePolicy(Action action, int mostRestarts, Duration period) {
  /** Five restarts in ten minutes. */
  public static final FailurePolicy DEFAULT =
      new FailurePolicy(Action.RESTART, 5, Duration.ofMinutes(10));

  /** What to do when a stream thread fails. */
  public enum Action {
    /** Replace the thread, unless the cause cannot pass by itself or failures go on. */
    RESTART,
    /** End, and leave it to whoever keeps the process up. */
    STOP
  }

  /** Requires all. */
  public FailurePolicy {
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(period, "period");
  }
}
