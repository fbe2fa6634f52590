package dev.whisker.sandbox.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All that dashboards ask Prometheus for, with variables filled in as Grafana does. */
final class DashboardQueries {
  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((?<series>.+),\\s*(?<label>\\w+)\\)");

  /** As Grafana has it: four scrapes. */
  private static final String RATE_INTERVAL = "4s";

  private static final Duration SHOWN = Duration.ofSeconds(30);

  private final List<Query> queries = new ArrayList<>();

  /** Of every dashboard in a folder. */
  DashboardQueries(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
      String title = dashboard.path("title").asText();
      for (JsonNode panel : dashboard.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          add(
              title,
              panel.path("title").asText() + " " + target.path("refId").asText(),
              target.path("expr").asText(),
              target.path("range").asBoolean());
        }
      }
      for (JsonNode annotation : dashboard.path("annotations").path("list")) {
        add(
            title,
            "annotation " + annotation.path("name").asText(),
            annotation.path("expr").asText(),
            true);
      }
      for (JsonNode variable : dashboard.path("templating").path("list")) {
        if (variable.path("type").asText().equals("query")) {
          add(
              title,
              "variable " + variable.path("name").asText(),
              variable.path("query").asText(),
              false);
        }
      }
    }
  }

  private void add(String dashboard, String where, String expression, boolean range) {
    queries.add(new Query(dashboard, where, filled(expression), range));
  }

  private static String filled(String expression) {
    String filled = expression.replace("$__rate_interval", RATE_INTERVAL);
    return filled.replaceAll("\\$(job|instance|class|model|device)\\b", ".+");
  }

  /**
   * One query.
   *
   * @param dashboard the title of the dashboard
   * @param where the panel or variable
   * @param range whether it is over time, else of now
   */
  record Query(String dashboard, String where, String expression, boolean range) {}

  /** A query and how many numbers, or values of a variable, it was answered with. */
  record Answer(Query query, int samples) {}

  /** Asks everything now. */
  List<Answer> ask(PrometheusProcess prometheus) {
    return queries.stream().map(query -> new Answer(query, samples(query, prometheus))).toList();
  }

  private static int samples(Query query, PrometheusProcess prometheus) {
    Matcher variable = LABEL_VALUES.matcher(query.expression());
    if (variable.matches()) {
      return prometheus
          .ask(
              "label/" + variable.group("label") + "/values",
              Map.of("match[]", variable.group("series")))
          .size();
    }
    Instant now = Clock.systemUTC().instant();
    JsonNode result =
        query.range()
            ? prometheus
                .ask(
                    "query_range",
                    Map.of(
                        "query", query.expression(),
                        "start", now.minus(SHOWN).toString(),
                        "end", now.toString(),
                        "step", "1"))
                .path("result")
            : prometheus.ask("query", Map.of("query", query.expression())).path("result");
    int samples = 0;
    for (JsonNode series : result) {
      if (query.range()) {
        for (JsonNode sample : series.path("values")) {
          samples += isNumber(sample) ? 1 : 0;
        }
      } else {
        samples += isNumber(series.path("value")) ? 1 : 0;
      }
    }
    return samples;
  }

  private static boolean isNumber(JsonNode sample) {
    return !sample.path(1).asText().equals("NaN");
  }
}
