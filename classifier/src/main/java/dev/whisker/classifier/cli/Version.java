package dev.whisker.classifier.cli;

import dev.whisker.classifier.build.Build;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code whisker --version}: what runs, and what it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Build build = Build.read();
    List<String> lines = new ArrayList<>();
    lines.add(
        "whisker "
            + build.version()
            + (build.commit().isEmpty() ? "" : " (commit " + build.commit() + ")"));
    Map<String, String> libraries = new TreeMap<>(build.libraries());
    libraries.remove("whisker");
    libraries.forEach((name, version) -> lines.add(name + " " + version));
    lines.add("Java " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
    lines.add(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return lines.toArray(String[]::new);
  }

  /** Gives a module's command the flag. */
  static void addTo(CommandSpec command) {
    command
        .versionProvider(new Version())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show version and commit.")
                .build());
  }
}
