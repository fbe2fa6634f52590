package dev.whisker.classifier.cli;

import dev.whisker.classifier.bundle.BundleException;
import dev.whisker.schemas.RegistryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs a module's commands. Exit codes: 0 done, 1 failed, 2 wrong usage. Reports go to standard
 * output, everything else to standard error.
 */
public final class Cli {
  /** The heading of every command's examples. */
  public static final String EXAMPLES = "%nExamples:%n";

  private static final String CONFIG = "--config";

  private Cli() {}

  /**
   * Parses the arguments over the layers beneath them and runs the command.
   *
   * @param commands the module's command, with its subcommands
   * @param arguments the subcommand and its flags
   * @return the exit code
   */
  public static int run(Object commands, String... arguments) {
    return run(commands, System.getenv(), arguments);
  }

  static int run(Object commands, Map<String, String> environment, String... arguments) {
    CommandLine line = new CommandLine(commands);
    Version.addTo(line.getCommandSpec());
    PrintWriter err = line.getErr();
    Layers layers;
    try {
      layers = layers(environment, arguments);
    } catch (CommandFailure failure) {
      err.println("whisker: " + failure.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    line.setDefaultValueProvider(layers);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(usage());
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (isForPeople(failure)) {
            command.getErr().println("whisker: " + failure.getMessage());
          } else {
            failure.printStackTrace(command.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    line.setExecutionStrategy(
        parsed -> {
          // The parser collects its errors and leaves it to us to refuse them.
          List<Exception> malformed = new ArrayList<>(parsed.errors());
          ParseResult innermost = parsed;
          while (innermost.hasSubcommand()) {
            innermost = innermost.subcommand();
            malformed.addAll(innermost.errors());
          }
          List<String> problems = new ArrayList<>();
          malformed.forEach(problem -> problems.add(problem.getMessage()));
          problems.addAll(layers.unknown(innermost.commandSpec()));
          problems.addAll(layers.unreadable());
          problems.addAll(checked(innermost.commandSpec(), malformed));
          if (!problems.isEmpty() && !innermost.isUsageHelpRequested()) {
            return refuse(innermost.commandSpec().commandLine(), problems, malformed);
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    // All problems at once instead of the first one.
    collectErrors(line);
    return line.execute(arguments);
  }

  private static void collectErrors(CommandLine line) {
    line.getCommandSpec().parser().collectErrors(true);
    line.getSubcommands().values().forEach(Cli::collectErrors);
  }

  /**
   * What a command finds wrong in its values; nothing if the parser has ended at one that is
   * malformed, and has not got to all of them.
   */
  private static List<String> checked(CommandSpec command, List<Exception> malformed) {
    boolean parsed =
        malformed.stream().allMatch(CommandLine.UnmatchedArgumentException.class::isInstance);
    if (!parsed || !(command.userObject() instanceof Checked values)) {
      return List.of();
    }
    try {
      values.check();
      return List.of();
    } catch (IllegalArgumentException e) {
      return e.getMessage().lines().toList();
    }
  }

  private static boolean isForPeople(Exception failure) {
    return failure instanceof CommandFailure
        || failure instanceof BundleException
        || failure instanceof RegistryException
        || failure instanceof UncheckedIOException
        || failure instanceof IllegalArgumentException;
  }

  private static IParameterExceptionHandler usage() {
    return (exception, arguments) ->
        refuse(exception.getCommandLine(), List.of(exception.getMessage()), List.of(exception));
  }

  /** Tells all problems of a command line, and what might have been meant. */
  private static int refuse(
      CommandLine command, List<String> problems, List<? extends Exception> malformed) {
    PrintWriter err = command.getErr();
    problems.forEach(problem -> err.println("whisker: " + problem));
    boolean suggested = false;
    for (Exception exception : malformed) {
      suggested |=
          exception instanceof ParameterException parameter
              && CommandLine.UnmatchedArgumentException.printSuggestions(parameter, err);
    }
    if (!suggested) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for its flags.");
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static Layers layers(Map<String, String> environment, String[] arguments) {
    String file = environment.get("WHISKER_CONFIG");
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals(CONFIG) && i + 1 < arguments.length) {
        file = arguments[i + 1];
      } else if (arguments[i].startsWith(CONFIG + "=")) {
        file = arguments[i].substring(CONFIG.length() + 1);
      }
    }
    Properties properties = new Properties();
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (NoSuchFileException e) {
        throw new CommandFailure("There is no configuration file " + file, e);
      } catch (IOException | IllegalArgumentException e) {
        throw new CommandFailure(
            "The configuration file " + file + " cannot be read: " + e.getMessage(), e);
      }
    }
    return new Layers(properties, file, environment);
  }

  /** Thrown by commands for values that only make no sense together. */
  public static ParameterException wrongUsage(CommandLine command, String message) {
    return new ParameterException(command, message);
  }
}
