package dev.whisker.sandbox.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One of the rights that docs/operations.md lists.
 *
 * @param program the command, such as {@code whisker stream}
 * @param type of the resource
 * @param pattern whether the name is that of the resource, or what it begins with
 * @param name of the resource, with {@code ID} for the application id
 * @param operation what is done with it
 * @param when the condition; empty: always
 */
record DocumentedRight(
    String program,
    ResourceType type,
    PatternType pattern,
    String name,
    AclOperation operation,
    String when) {
  private static final Path TABLE = Path.of("../docs/operations.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(whisker [^`]+)` \\| (topic|consumer group|transactional id)s?( that begin with)?"
              + " `([^`]+)` \\| ([^|]+) \\| ([^|]*)\\|");

  /** All of them, an operation each. */
  static List<DocumentedRight> all() {
    List<DocumentedRight> all = new ArrayList<>();
    boolean here = false;
    try {
      for (String line : Files.readAllLines(TABLE)) {
        if (line.startsWith("## ")) {
          here = line.equals("## Rights");
        } else if (here && line.startsWith("| `")) {
          all.addAll(of(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static List<DocumentedRight> of(String line) {
    Matcher row = ROW.matcher(line);
    if (!row.matches()) {
      throw new IllegalStateException(TABLE + " has a row of rights that cannot be read: " + line);
    }
    List<DocumentedRight> rights = new ArrayList<>();
    for (String operation : row.group(5).split(", ")) {
      rights.add(
          new DocumentedRight(
              row.group(1),
              switch (row.group(2)) {
                case "topic" -> ResourceType.TOPIC;
                case "consumer group" -> ResourceType.GROUP;
                default -> ResourceType.TRANSACTIONAL_ID;
              },
              row.group(3) == null ? PatternType.LITERAL : PatternType.PREFIXED,
              row.group(4),
              AclOperation.fromString(operation),
              row.group(6).strip()));
    }
    return rights;
  }

  /** Gives it to a user, for an application. */
  AclBinding to(String user, String application) {
    return new AclBinding(
        new ResourcePattern(type, name.replace("ID", application), pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  /** What is told where the streamer lacks it. */
  String told() {
    if (type == ResourceType.TOPIC && pattern == PatternType.PREFIXED) {
      return "CREATE, READ and WRITE on the topics that begin with ";
    }
    return operation
        + " on the "
        + switch (type) {
          case TOPIC -> "topic " + name;
          case GROUP -> "consumer group ";
          default -> "transactional ids that begin with ";
        };
  }

  @Override
  public String toString() {
    return operation + " " + type + " " + name;
  }
}
