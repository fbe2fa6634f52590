package dev.whisker.sandbox.system;

import dev.whisker.sandbox.bench.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process of its own on this test's class path, which can be killed and held up. */
final class JavaProcess implements AutoCloseable {
  /** Flags of a virtual machine that lives for seconds: it starts with half of the work. */
  static final List<String> SHORT_LIVED =
      List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** Flags of one that is measured, with the heap that 100,000 devices are promised to fit in. */
  static final List<String> MEASURED = List.of("-Xmx2g");

  private static final int LONGEST_SECONDS = 120;

  private final Process process;
  private final Path log;

  /** Starts a class's main method; what it says goes to a new file in a folder. */
  JavaProcess(Path folder, String name, Class<?> main, List<String> jvmFlags, List<String> flags) {
    try {
      log = Files.createTempFile(folder, name, ".log");
      process =
          new ProcessBuilder(JavaCommand.of(main, jvmFlags, flags))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to stop, as {@code kill} does, and returns its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return awaitEnd();
  }

  /** Waits until it ends by itself, and returns its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("The process did not end: " + log());
    }
    return process.exitValue();
  }

  /** Stops its clock, as {@code kill -STOP} does. */
  void suspend() throws InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on. */
  void resume() throws InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws InterruptedException {
    try {
      int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill " + signal + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has said. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
