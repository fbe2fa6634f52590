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
  /** Access of libraries, and the archive of loaded classes. */
  private static final Pattern PASSED_ON =
      Pattern.compile("--.*|-XX:SharedArchiveFile=.*|-Xlog:cds.*");

  /** How far code is optimized. */
  private static final Pattern OF_COMPILER =
      Pattern.compile("-XX:(FreqInlineSize|InlineSmallCode|MaxInlineLevel)=.*");

  private JavaCommand() {}

  /**
   * Runs a class's main method.
   *
   * @param jvmFlags of its virtual machine, beside those that are passed on
   */
  public static List<String> of(Class<?> main, List<String> jvmFlags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(own(PASSED_ON));
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }

  /**
   * What the launcher has told this process's compiler: meant for streamers, and for nobody else.
   */
  static List<String> compilerFlags() {
    return own(OF_COMPILER);
  }

  private static List<String> own(Pattern wanted) {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> wanted.matcher(argument).matches())
        .toList();
  }
}
