package dev.whisker.classifier.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks a running command to end in order. Ctrl-C and SIGTERM ask for it once {@link
 * #installForProcess} was called; until a command has said that it listens, by {@link #listen},
 * they end the process at once, and so does the second of them. Thread-safe.
 *
 * <p>The signals are handled before the JVM shuts down and not by a shutdown hook: libraries with
 * hooks of their own, ONNX Runtime among them, free what the command still needs for its end.
 */
public final class StopSignal {
  /** What a shell expects of a process that a signal has ended: 128 and the signal's number. */
  private static final int ENDED_BY_SIGNAL = 128;

  private final CountDownLatch requested = new CountDownLatch(1);
  private volatile boolean listening;

  /** Makes Ctrl-C and SIGTERM ask for the end; to be called once, by {@code main}. */
  public void installForProcess() {
    handle("INT", ENDED_BY_SIGNAL + 2);
    handle("TERM", ENDED_BY_SIGNAL + 15);
  }

  /**
   * Installs a handler by reflection: the JDK supports {@code sun.misc.Signal} for lack of another
   * way, but its compiler warns of it and nothing can silence that.
   */
  private void handle(String signal, int exitCode) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  received(exitCode);
                }
                return null;
              });
      type.getMethod("handle", type, handlerType)
          .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
    } catch (InvocationTargetException e) {
      // A JVM that is told to leave signals alone (-Xrs) refuses; they then end it as usual.
      System.err.println("whisker: " + signal + " cannot be handled: " + e.getCause().getMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The JDK has no sun.misc.Signal", e);
    }
  }

  private void received(int exitCode) {
    if (!listening || isRequested()) {
      Runtime.getRuntime().halt(exitCode);
    }
    request();
  }

  /** From now on the command looks at {@link #isRequested} and ends by itself. */
  public void listen() {
    listening = true;
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
