package dev.whisker.sandbox.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The command line of another Java process, with the virtual machine and class path of this one,
 * and what the launcher has set for both.
 */
public final class JavaCommand {
  /** Access of libraries, the archive of loaded classes, and when code is optimized. */
  private static final Pattern PASSED_ON =
      Pattern.compile("--.*|-XX:SharedArchiveFile=.*|-Xlog:cds.*|-XX:Tier4.*");

  private JavaCommand() {}

  /**
   * Runs a class's main method.
   *
   * @param jvmFlags of its virtual machine, beside those that are passed on
   */
  public static List<String> of(Class<?> main, List<String> jvmFlags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> PASSED_ON.matcher(argument).matches())
        .forEach(command::add);
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }
}
