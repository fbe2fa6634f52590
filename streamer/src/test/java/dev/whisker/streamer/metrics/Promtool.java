package dev.whisker.streamer.metrics;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prometheus's own tool for checks, where it is installed. */
public final class Promtool {
  /** Why a test of it is skipped. */
  public static final String MISSING =
      "promtool is not on the path; Debian has it in the package 'prometheus'";

  private static final int LONGEST_SECONDS = 60;

  private Promtool() {}

  /** What it said, and its exit code. */
  public record Answer(int exit, String said) {}

  /** Whether it is installed. */
  public static boolean isHere() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
  }

  /** Runs it. */
  public static Answer run(String... arguments) throws IOException, InterruptedException {
    return run(new byte[0], arguments);
  }

  /** Runs it on an input. */
  static Answer run(byte[] input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("promtool does not end: " + said);
    }
    return new Answer(process.exitValue(), said);
  }
}
