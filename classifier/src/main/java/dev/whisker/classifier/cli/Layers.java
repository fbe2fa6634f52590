package dev.whisker.classifier.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The layers under the flags: environment over properties file over defaults. The flag {@code
 * --topic-readings} is the key {@code topic.readings} in the file and {@code
 * WHISKER_TOPIC_READINGS} in the environment. Keys that begin with {@code kafka.} (in the
 * environment {@code WHISKER_KAFKA_}) pass through to the Kafka clients. Not thread-safe.
 */
public final class Layers implements IDefaultValueProvider {
  private static final String KAFKA = "kafka.";
  private static final String ENVIRONMENT = "WHISKER_";

  /** Letters that differ in a misspelled word. */
  private static final int NEAR = 2;

  /** Shorter words are near to others by chance: speed is no misspelled seed. */
  private static final int SHORTEST_MISSPELLED = 6;

  private static final String KAFKA_ENVIRONMENT = "WHISKER_KAFKA_";
  private static final Pattern SECRET =
      Pattern.compile(
          "password|secret|jaas|token|credential|user.?info|\\.key$", Pattern.CASE_INSENSITIVE);

  private static final Pattern ADDRESS_USER = Pattern.compile("(://)[^/@\\s]+@");
  private static final String STARS = "********";

  private final Map<String, String> file = new TreeMap<>();
  private final Map<String, String> environment;
  private final String fileName;
  private final Map<String, String> unreadable = new LinkedHashMap<>();

  Layers(Properties properties, String fileName, Map<String, String> environment) {
    for (String key : properties.stringPropertyNames()) {
      file.put(key, properties.getProperty(key).strip());
    }
    this.fileName = fileName;
    this.environment = Map.copyOf(environment);
  }

  /** The layers that the command of the given spec was configured with. */
  public static Layers of(CommandSpec spec) {
    return (Layers) spec.defaultValueProvider();
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String key = Keys.of(option);
    String fromEnvironment = environment.get(variable(key));
    String value = fromEnvironment != null ? fromEnvironment : file.get(key);
    return value == null || isReadable(option, value) ? value : null;
  }

  /**
   * Tries a value: the parser gives up its defaults at the first one that it cannot read, and would
   * leave the others unset and untold.
   */
  private boolean isReadable(OptionSpec option, String value) {
    CommandSpec alone = CommandSpec.create();
    alone.addOption(OptionSpec.builder(option).required(false).build());
    try {
      var unused =
          new CommandLine(alone)
              .setCaseInsensitiveEnumValuesAllowed(true)
              .parseArgs(option.longestName() + "=" + value);
      return true;
    } catch (CommandLine.ParameterException e) {
      unreadable.put(option.longestName(), e.getMessage());
      return false;
    }
  }

  /** A message for every value of file and environment that its option cannot take. */
  List<String> unreadable() {
    return List.copyOf(unreadable.values());
  }

  /** What the file and the environment pass through to the Kafka clients, by Kafka's own keys. */
  public Map<String, String> kafka() {
    Map<String, String> passed = new TreeMap<>();
    file.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA)) {
            passed.put(key.substring(KAFKA.length()), value);
          }
        });
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(KAFKA_ENVIRONMENT)) {
            String key = name.substring(KAFKA_ENVIRONMENT.length());
            passed.put(key.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return passed;
  }

  /**
   * A message for every key of the file that no command of Whisker knows, and for every variable
   * that is nearly one of this command's. What another command knows is none of this one's
   * business: one file serves them all.
   */
  List<String> unknown(CommandSpec spec) {
    Set<String> own = Keys.of(spec);
    Set<String> known = new LinkedHashSet<>(own);
    known.addAll(Keys.all());
    List<String> problems = new ArrayList<>();
    for (String key : file.keySet()) {
      if (!known.contains(key) && !key.startsWith(KAFKA)) {
        problems.add(
            fileName
                + " has the unknown key '"
                + key
                + "'; did you mean '"
                + nearest(key, known)
                + "'?");
      }
    }
    for (String name : new TreeSet<>(environment.keySet())) {
      problems.addAll(misspelledVariable(name, own));
    }
    return problems;
  }

  /**
   * A variable of another command is none of this one's business, but one that is nearly this one's
   * was meant for it.
   */
  private static List<String> misspelledVariable(String variable, Set<String> own) {
    if (!variable.startsWith(ENVIRONMENT) || variable.startsWith(KAFKA_ENVIRONMENT)) {
      return List.of();
    }
    String key =
        variable.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    if (Keys.all().contains(key)) {
      return List.of();
    }
    return misspelled(key, own)
        .map(
            meant ->
                List.of(
                    "the environment has the unknown variable "
                        + variable
                        + "; did you mean "
                        + variable(meant)
                        + "?"))
        .orElse(List.of());
  }

  /**
   * The known word that a word was probably meant to be; empty: it is known itself, or is like none
   * of them.
   */
  public static Optional<String> misspelled(String word, Collection<String> known) {
    if (known.contains(word) || word.length() < SHORTEST_MISSPELLED) {
      return Optional.empty();
    }
    String nearest = nearest(word, known);
    return distance(word, nearest) > NEAR ? Optional.empty() : Optional.of(nearest);
  }

  /** Every option of a command with its value as it takes effect, secrets hidden. */
  public static Map<String, String> effective(CommandSpec spec) {
    Map<String, String> values = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      if (option.hidden() || option.usageHelp() || option.versionHelp()) {
        continue;
      }
      Object value = option.getValue();
      if (value instanceof Map<?, ?> map) {
        map.forEach((k, v) -> values.put(Keys.of(option) + "." + k, hidden(k.toString(), v)));
      } else if (value != null) {
        values.put(Keys.of(option), hidden(Keys.of(option), asWritten(value)));
      }
    }
    of(spec).kafka().forEach((k, v) -> values.putIfAbsent(KAFKA + k, hidden(k, v)));
    return values;
  }

  /** Choices are written in lower case with dashes, as in flags. */
  private static Object asWritten(Object value) {
    return value instanceof Enum<?> choice
        ? choice.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : value;
  }

  /**
   * A value for the log: itself, or stars where its key speaks of a secret; also for the user of an
   * address such as {@code http://me:password@proxy}.
   */
  public static String hidden(String key, Object value) {
    return SECRET.matcher(key).find()
        ? STARS
        : ADDRESS_USER.matcher(String.valueOf(value)).replaceAll("$1" + STARS + "@");
  }

  /** A key's name in the environment. */
  private static String variable(String key) {
    return ENVIRONMENT + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** The first of the nearest ones. */
  private static String nearest(String key, Iterable<String> known) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(key, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(same, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
