package dev.whisker.sandbox.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of another Java process, with the virtual machine and class path of this one.
 */
public final class JavaCommand {
  private JavaCommand() {}

  /**
   * Runs a class's main method.
   *
   * @param jvmFlags of its virtual machine, beside those of this one that open it to libraries
   */
  public static List<String> of(Class<?> main, List<String> jvmFlags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }
}
