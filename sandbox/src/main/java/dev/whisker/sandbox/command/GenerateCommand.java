package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.sandbox.machines.Machine;
import dev.whisker.sandbox.machines.MachineRecordings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code whisker generate}: recordings of simulated machines as long CSV. */
@Command(
    name = "generate",
    description = "Write labelled recordings of simulated rotating machines as long CSV.",
    footer = {
      "",
      "Example:",
      "  whisker generate --out machines.csv.gz --devices 6 --seconds-per-state 4"
    },
    sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private CommonOptions common;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      required = true,
      description = "A file, .csv or .csv.gz, or a folder for a file a machine.")
  private Path out;

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "12",
      description = "Number of machines (default: ${DEFAULT-VALUE}).")
  private int devices;

  @Option(
      names = "--first-device",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of the first machine (default: ${DEFAULT-VALUE}).")
  private int firstDevice;

  @Option(
      names = "--seconds-per-state",
      paramLabel = "S",
      defaultValue = "5",
      description = "How long each machine is recorded in each state (default: ${DEFAULT-VALUE}).")
  private double secondsPerState;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same recordings (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    int samples = (int) Math.round(secondsPerState * Machine.SAMPLES_PER_SECOND);
    String name = out.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
      write(new MachineRecordings(seed, firstDevice, devices, samples), out);
    } else {
      for (int number = firstDevice; number < firstDevice + devices; number++) {
        String file = new Machine(seed, number).name() + ".csv.gz";
        write(new MachineRecordings(seed, number, 1, samples), out.resolve(file));
      }
    }
    command.commandLine().getErr().println("Wrote " + devices + " machines to " + out);
    return 0;
  }

  private static void write(MachineRecordings recordings, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (OutputStream stream = open(file);
          BufferedWriter writer =
              new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 16)) {
        recordings.writeCsv(writer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The recordings " + file + " cannot be written", e);
    }
  }

  private static OutputStream open(Path file) throws IOException {
    OutputStream stream = Files.newOutputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPOutputStream(stream, 1 << 16) : stream;
  }
}
