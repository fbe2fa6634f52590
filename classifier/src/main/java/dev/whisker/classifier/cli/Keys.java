package dev.whisker.classifier.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The keys of configuration files: a flag's name with dots for dashes. One file may serve several
 * commands, so each must know the keys of all; no module knows the commands of all the others, and
 * so they are listed beside this class, a key a line. A test of the sandbox, which does know them,
 * holds the list against the flags. Thread-safe.
 */
public final class Keys {
  private static final String LIST = "keys.txt";
  private static final SortedSet<String> ALL = read();

  private Keys() {}

  private static SortedSet<String> read() {
    try (InputStream list = Keys.class.getResourceAsStream(LIST)) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException("The list of keys cannot be read", e);
    }
  }

  /** The keys of all commands of Whisker. */
  public static SortedSet<String> all() {
    return Collections.unmodifiableSortedSet(ALL);
  }

  /** The keys of a command and of those beneath it. */
  public static SortedSet<String> of(CommandSpec command) {
    SortedSet<String> keys = new TreeSet<>();
    command.options().forEach(option -> keys.add(of(option)));
    for (CommandLine beneath : command.subcommands().values()) {
      keys.addAll(of(beneath.getCommandSpec()));
    }
    return keys;
  }

  /** An option's key. */
  static String of(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "").replace('-', '.');
  }
}
