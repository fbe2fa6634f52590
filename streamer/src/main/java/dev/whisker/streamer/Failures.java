package dev.whisker.streamer;

import dev.whisker.schemas.RegistryException;
import dev.whisker.streamer.config.FailurePolicy;
import dev.whisker.streamer.config.FailurePolicy.Action;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingInternalTopicsException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.TopologyException;

/**
 * Decides whether a stream thread that failed is replaced. What may pass by itself is tried again;
 * what cannot, and what happens again and again, is the end. Thread-safe.
 */
final class Failures {
  private final FailurePolicy policy;
  private final int most;
  private final Clock clock;

  /** When threads were replaced within the period, oldest first. */
  private final Deque<Long> restarts = new ArrayDeque<>();

  /**
   * None so far.
   *
   * @param threads of the streamer
   */
  Failures(FailurePolicy policy, int threads, Clock clock) {
    this.policy = policy;
    this.most = policy.mostRestarts() + threads - 1;
    this.clock = clock;
  }

  /**
   * A thread has failed.
   *
   * @return why it must not be replaced, for people; empty: it is to be replaced
   */
  synchronized Optional<String> add(Throwable cause) {
    if (policy.action() == Action.STOP) {
      return Optional.of("the first failure is the end (--on-failure stop)");
    }
    if (isFinal(cause)) {
      return Optional.of("that does not pass by itself");
    }
    long now = clock.millis();
    while (!restarts.isEmpty() && now - restarts.peekFirst() >= policy.period().toMillis()) {
      restarts.removeFirst();
    }
    if (restarts.size() >= most) {
      return Optional.of(
          restarts.size()
              + " threads were replaced within "
              + policy.period()
              + " already (--max-restarts "
              + policy.mostRestarts()
              + ")");
    }
    restarts.addLast(now);
    return Optional.empty();
  }

  /** Of how many within the period, for the log. */
  synchronized String count() {
    return restarts.size() + " of at most " + most + " in " + policy.period();
  }

  private static boolean isFinal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException
          || cause instanceof AuthenticationException
          || cause instanceof ConfigException
          || cause instanceof RegistryException
          || cause instanceof UnsupportedVersionException
          || cause instanceof MissingSourceTopicException
          || cause instanceof MissingInternalTopicsException
          || cause instanceof TopologyException
          || cause instanceof VirtualMachineError
          || cause instanceof LinkageError) {
        return true;
      }
    }
    return false;
  }
}
