package dev.whisker.streamer.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Writes JSON as it is pleasant in a diff: what is short is one line. */
final class DashboardFile {
  private static final int LINE = 120;

  private DashboardFile() {}

  static String text(JsonNode node) {
    return text(node, "", 0) + "\n";
  }

  private static String text(JsonNode node, String indent, int taken) {
    String flat = flat(node);
    if (node.isValueNode() || indent.length() + taken + flat.length() + 1 <= LINE) {
      return flat;
    }
    String inner = indent + "  ";
    List<String> parts =
        parts(
            node,
            (name, value) -> {
              String begin = name.isEmpty() ? "" : '"' + name + "\": ";
              return inner + begin + text(value, inner, begin.length());
            });
    String all = String.join(",\n", parts);
    return node.isObject() ? "{\n" + all + "\n" + indent + "}" : "[\n" + all + "\n" + indent + "]";
  }

  private static String flat(JsonNode node) {
    if (node.isValueNode()) {
      return node.toString();
    }
    String all =
        String.join(
            ", ",
            parts(
                node, (name, value) -> (name.isEmpty() ? "" : '"' + name + "\": ") + flat(value)));
    return node.isObject() ? "{" + all + "}" : "[" + all + "]";
  }

  private static List<String> parts(JsonNode node, BiFunction<String, JsonNode, String> part) {
    List<String> parts = new ArrayList<>();
    if (node.isObject()) {
      node.properties().forEach(one -> parts.add(part.apply(one.getKey(), one.getValue())));
    } else {
      node.forEach(one -> parts.add(part.apply("", one)));
    }
    return parts;
  }
}
