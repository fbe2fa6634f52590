package dev.whisker.sandbox.stop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks a running command to end in order. Ctrl-C and SIGTERM ask for it once {@link
 * #installForProcess} was called; until a command has said that it listens, by {@link #listen},
 * they end the process at once as usual. Thread-safe.
 */
public final class StopSignal {
  /** Long enough for a clean stop of a broker and a streamer, shorter than patience. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(45);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean listening;
  private volatile int exitCode;

  /** Makes Ctrl-C and SIGTERM ask for the end; to be called once, by {@code main}. */
  public void installForProcess() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::processEnds, "whisker-stop"));
  }

  private void processEnds() {
    request();
    if (!listening || finished.getCount() == 0) {
      return;
    }
    try {
      if (finished.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        System.out.flush();
        System.err.flush();
        // The signal's own exit code would say that an orderly end was a failure.
        Runtime.getRuntime().halt(exitCode);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on the command looks at {@link #isRequested} and ends by itself. */
  public void listen() {
    listening = true;
  }

  /** The command is done; the process may end with this exit code. */
  public void finished(int code) {
    exitCode = code;
    finished.countDown();
  }

  /** Asks for the end. */
  public void request() {
    requested.countDown();
  }

  /** Whether the end was asked for. */
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits until the end is asked for, but not longer than this; returns {@link #isRequested}. */
  public boolean await(Duration longest) throws InterruptedException {
    return requested.await(longest.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits until the end is asked for. */
  public void await() throws InterruptedException {
    requested.await();
  }
}
