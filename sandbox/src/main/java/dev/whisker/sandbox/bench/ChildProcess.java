package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java process of its own on this class path. It ends with this one, also if this one is killed.
 * Not thread-safe; whoever started it closes it.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int TOLD_CHARACTERS = 4_000;
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  private final String name;
  private final Path log;
  private final Process process;
  private final long startNanos;

  private ChildProcess(String name, Path log, Process process, long startNanos) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.startNanos = startNanos;
  }

  /**
   * Starts a class's main method.
   *
   * @param name what it is, for messages
   * @param folder where what it says is kept, in a file, and its temporary files are
   * @param jvmFlags of its virtual machine
   */
  static ChildProcess start(
      String name, Path folder, Class<?> main, List<String> jvmFlags, List<String> arguments) {
    try {
      Files.createDirectories(folder);
      Path log = Files.createTempFile(folder, "process-", ".log");
      List<String> flags = new ArrayList<>(jvmFlags);
      // What libraries unpack stays there, as it is killed.
      flags.add("-Djava.io.tmpdir=" + folder.toAbsolutePath());
      List<String> run = new ArrayList<>();
      run.add(main.getName());
      run.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(JavaCommand.of(Child.class, flags, run))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      // What configures this command is not meant for what it measures.
      builder.environment().keySet().removeIf(key -> key.startsWith("WHISKER_"));
      // More OpenMP threads make small LSTMs slower.
      builder.environment().put("OMP_NUM_THREADS", "1");
      long startNanos = System.nanoTime();
      return new ChildProcess(name, log, builder.start(), startNanos);
    } catch (IOException e) {
      throw new UncheckedIOException("The " + name + " cannot be started", e);
    }
  }

  /**
   * Waits until it says something.
   *
   * @param said found in a line of what it says
   * @return the first group of what was found
   * @throws CommandFailure if it ends before, takes too long or the end is asked for
   */
  String await(Pattern said, StopSignal stop) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      Matcher matcher = said.matcher(log());
      if (matcher.find()) {
        return matcher.group(1);
      }
      requireAlive();
      if (System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
        throw failure("has said nothing of '" + said + "' within " + LONGEST_WAIT.toSeconds());
      }
      if (stop.await(LOOK)) {
        throw stopped();
      }
    }
  }

  /** How long ago it was started, in seconds. */
  double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** The end was asked for. */
  static CommandFailure stopped() {
    return new CommandFailure("Stopped before the benchmark was done");
  }

  /**
   * Checks that it runs.
   *
   * @throws CommandFailure if it has ended
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw failure("has ended with exit code " + process.exitValue());
    }
  }

  /** A failure of it, with the end of what it said. */
  CommandFailure failure(String what) {
    String said = log();
    return new CommandFailure(
        "The "
            + name
            + " "
            + what
            + ". The end of what it said:"
            + System.lineSeparator()
            + said.substring(Math.max(0, said.length() - TOLD_CHARACTERS)));
  }

  /** The processor time that it has taken so far, of all of its threads; 0 if nobody knows. */
  long cpuNanos() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  /** The memory that it takes, heap and all else, in megabytes; null where nobody knows. */
  Double residentMb() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      Matcher matcher = RESIDENT.matcher(Files.readString(status));
      return matcher.find() ? Double.parseDouble(matcher.group(1)) / 1_024 : null;
    } catch (IOException e) {
      return null;
    }
  }

  private String log() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once: what it leaves is thrown away. */
  @Override
  public void close() {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
