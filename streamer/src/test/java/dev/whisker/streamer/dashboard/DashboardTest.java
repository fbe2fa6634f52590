package dev.whisker.streamer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.whisker.streamer.dashboard.PromQuery.Selector;
import dev.whisker.streamer.metrics.BusyStreamer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every dashboard to what the streamer really measures, to the rules of Grafana's
 * dashboard-linter and to the JSON schema of a dashboard.
 */
class DashboardTest {
  private static final Path DASHBOARDS = Path.of("../grafana/dashboards");
  private static final Path SCHEMA = Path.of("../../shared/grafana/dashboard.jsonschema.json");

  private static final String DATA_SOURCE = "${datasource}";
  private static final int COLUMNS = 24;
  private static final String REMAKE = "whisker.remake";

  private static final Path RULES = Path.of("../grafana/prometheus/rules");

  /**
   * What Prometheus itself adds, and what there is only after a collection of garbage. That these
   * are there is seen where a streamer runs, in the sandbox's dashboard test.
   */
  private static final Map<String, Set<String>> NOT_SCRAPED_HERE =
      Map.of(
          "up",
          Set.of(),
          "ALERTS",
          Set.of("alertname", "alertstate"),
          "jvm_gc_pause_seconds_sum",
          Set.of());

  private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

  private static final Pattern SCRAPED =
      Pattern.compile("^(?<name>[a-zA-Z_:][\\w:]*)(?:\\{(?<labels>.*)})? \\S+$");
  private static final Pattern SCRAPED_LABEL =
      Pattern.compile("(?<name>\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((?:(?<series>.+),\\s*)?(?<label>\\w+)\\)");

  private static Map<String, String> made() {
    Map<String, String> made = new TreeMap<>();
    Dashboards.all().forEach((name, json) -> made.put(name, DashboardFile.text(json)));
    return made;
  }

  @BeforeAll
  static void remakeIfThatIsAskedFor() throws IOException {
    if (Boolean.getBoolean(REMAKE)) {
      for (Map.Entry<String, String> one : made().entrySet()) {
        Files.writeString(DASHBOARDS.resolve(one.getKey()), one.getValue(), StandardCharsets.UTF_8);
      }
    }
  }

  /** Every dashboard there is. */
  static Stream<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(DASHBOARDS)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everySeriesAndLabelThatItAsksForIsScraped(Path file) throws IOException {
    Map<String, Set<String>> scraped = labelsBySeries(BusyStreamer.scrape());
    scraped.putAll(NOT_SCRAPED_HERE);
    recorded().forEach(name -> scraped.put(name, Set.of()));
    SoftAssertions softly = new SoftAssertions();
    queries(read(file))
        .forEach(
            (where, expression) -> {
              PromQuery query = PromQuery.parse(expression);
              softly
                  .assertThat(query.selectors())
                  .as("series of %s: %s", where, expression)
                  .isNotEmpty();
              Set<String> groupable = new TreeSet<>(TARGET_LABELS);
              for (Selector selector : query.selectors()) {
                softly.assertThat(scraped).as("series of %s", where).containsKey(selector.metric());
                Set<String> labels = new TreeSet<>(TARGET_LABELS);
                labels.addAll(scraped.getOrDefault(selector.metric(), Set.of()));
                softly
                    .assertThat(labels)
                    .as("labels of %s in %s", selector.metric(), where)
                    .containsAll(selector.matchers().keySet());
                groupable.addAll(labels);
              }
              softly
                  .assertThat(groupable)
                  .as("labels by which %s groups", where)
                  .containsAll(query.grouping());
            });
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void onlyLabelsThatAQueryKeepsAreInItsLegend(Path file) throws IOException {
    Pattern placeholder = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode panel : read(file).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        Matcher used = placeholder.matcher(target.path("legendFormat").asText());
        while (used.find()) {
          softly
              .assertThat(PromQuery.parse(target.path("expr").asText()).grouping())
              .as("legend of %s", where(panel))
              .contains(used.group(1));
        }
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void queriesKeepTheLintersRules(Path file) throws IOException {
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode panel : read(file).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String expression = target.path("expr").asText();
        softly
            .assertThat(balanced(expression))
            .as("brackets of %s: %s", where(panel), expression)
            .isTrue();
        for (Selector selector : PromQuery.parse(expression).selectors()) {
          String which = selector.metric() + " in " + where(panel);
          softly.assertThat(selector.matchers()).as(which).containsEntry("job", "=~\"$job\"");
          // An alert of all instances together has none.
          if (!selector.metric().equals("ALERTS")) {
            softly
                .assertThat(selector.matchers())
                .as(which)
                .containsEntry("instance", "=~\"$instance\"");
          }
          if (isCounter(selector.metric())) {
            softly
                .assertThat(selector.function())
                .as("function around the counter %s", which)
                .isIn("rate", "irate", "increase");
          }
          if ("rate".equals(selector.function()) || "irate".equals(selector.function())) {
            softly
                .assertThat(selector.range())
                .as("range of %s", which)
                .isEqualTo("$__rate_interval");
          }
        }
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsKeepTheLintersRules(Path file) throws IOException {
    JsonNode dashboard = read(file);
    SoftAssertions softly = new SoftAssertions();
    Set<Integer> ids = new HashSet<>();
    Map<String, String> taken = new TreeMap<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String where = where(panel);
      softly.assertThat(panel.path("title").asText()).as("title of %s", where).isNotBlank();
      softly
          .assertThat(panel.path("description").asText())
          .as("description of %s", where)
          .isNotBlank();
      softly
          .assertThat(ids.add(panel.path("id").asInt(-1)))
          .as("id of %s is its own", where)
          .isTrue();
      softly.assertThat(dataSource(panel)).as("data source of %s", where).isEqualTo(DATA_SOURCE);
      softly
          .assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText())
          .as("unit of %s", where)
          .isNotBlank();
      softly
          .assertThat(panel.path("fieldConfig").path("defaults").path("thresholds").path("steps"))
          .as("thresholds of %s", where)
          .isNotEmpty();
      softly.assertThat(panel.path("targets")).as("targets of %s", where).isNotEmpty();
      Set<String> references = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        softly.assertThat(dataSource(target)).as("target of %s", where).isEqualTo(DATA_SOURCE);
        if (!panel.path("type").asText().equals("table")) {
          softly
              .assertThat(target.path("legendFormat").asText())
              .as("legend of %s", where)
              .isNotBlank();
        }
        softly
            .assertThat(references.add(target.path("refId").asText()))
            .as("refIds of %s", where)
            .isTrue();
      }
      JsonNode place = panel.path("gridPos");
      int right = place.path("x").asInt(-1) + place.path("w").asInt(-1);
      softly.assertThat(right).as("right edge of %s", where).isBetween(1, COLUMNS);
      for (int x = place.path("x").asInt(); x < right; x++) {
        for (int y = place.path("y").asInt();
            y < place.path("y").asInt() + place.path("h").asInt();
            y++) {
          softly.assertThat(taken.put(x + "," + y, where)).as("what %s covers", where).isNull();
        }
      }
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variablesKeepTheLintersRules(Path file) throws IOException {
    JsonNode dashboard = read(file);
    Map<String, JsonNode> variables = new TreeMap<>();
    dashboard
        .path("templating")
        .path("list")
        .forEach(v -> variables.put(v.path("name").asText(), v));
    SoftAssertions softly = new SoftAssertions();
    softly.assertThat(variables).containsKeys("datasource", "job", "instance");
    softly.assertThat(dashboard.path("editable").asBoolean(true)).as("editable").isFalse();
    softly.assertThat(dashboard.path("uid").asText()).as("uid").matches("[a-z0-9-]{4,40}");
    variables.forEach(
        (name, variable) -> {
          softly.assertThat(variable.path("label").asText()).as("label of %s", name).isNotBlank();
          if (variable.path("type").asText().equals("query")) {
            softly
                .assertThat(dataSource(variable))
                .as("data source of %s", name)
                .isEqualTo(DATA_SOURCE);
            // 2: when the time range changes.
            softly
                .assertThat(variable.path("refresh").asInt())
                .as("refresh of %s", name)
                .isEqualTo(2);
            softly
                .assertThat(variable.path("query").asText())
                .as("query of %s", name)
                .matches(LABEL_VALUES);
          }
        });
    for (String name : TARGET_LABELS) {
      JsonNode variable = variables.get(name);
      softly.assertThat(variable.path("multi").asBoolean()).as("multi of %s", name).isTrue();
      softly
          .assertThat(variable.path("includeAll").asBoolean())
          .as("includeAll of %s", name)
          .isTrue();
      softly
          .assertThat(variable.path("allValue").asText())
          .as("allValue of %s", name)
          .isEqualTo(".+");
    }
    softly.assertAll();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void leadsToTheOthersAndMarksWhenModelsAreSwapped(Path file) throws IOException {
    JsonNode dashboard = read(file);
    assertThat(dashboard.path("links").findValuesAsText("type")).containsExactly("dashboards");
    assertThat(dashboard.path("links").path(0).path("tags")).isEqualTo(dashboard.path("tags"));
    assertThat(dashboard.path("links").path(0).path("includeVars").asBoolean()).isTrue();
    JsonNode swaps = dashboard.path("annotations").path("list").path(0);
    assertThat(dataSource(swaps)).isEqualTo(DATA_SOURCE);
    assertThat(swaps.path("expr").asText()).contains("whisker_model_info{");
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode link : panel.path("links")) {
        String uid = link.path("url").asText().replaceFirst("^/d/([a-z-]+)\\?.*", "$1");
        assertThat(Dashboards.all().values().stream().map(one -> one.path("uid").asText()))
            .as("dashboards, of which %s leads to one", where(panel))
            .contains(uid);
      }
    }
  }

  @Test
  void theFilesAreMadeFromTheirSource() throws IOException {
    Map<String, String> made = made();
    Map<String, String> there = new TreeMap<>();
    for (Path file : dashboards().toList()) {
      there.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
    }
    assertThat(there)
        .as(
            "grafana/dashboards is not what Dashboards.java says; make it anew with mvn -pl"
                + " streamer -am test -Dtest=DashboardTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -D"
                + REMAKE
                + "=true")
        .isEqualTo(made);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void fitsGrafanasSchema(Path file) throws IOException {
    assumeTrue(
        Files.exists(SCHEMA),
        () ->
            "Grafana's JSON schema of a dashboard is not at "
                + SCHEMA.toAbsolutePath().normalize());
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(Files.readString(SCHEMA, StandardCharsets.UTF_8), InputFormat.JSON);
    assertThat(schema.validate(Files.readString(file, StandardCharsets.UTF_8), InputFormat.JSON))
        .as("What does not fit in %s", file)
        .isEmpty();
  }

  /** Every query with a name that tells where it is; variables' queries become selectors. */
  private static Map<String, String> queries(JsonNode dashboard) {
    Map<String, String> queries = new TreeMap<>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.put(
            where(panel) + " " + target.path("refId").asText(), target.path("expr").asText());
      }
    }
    for (JsonNode annotation : dashboard.path("annotations").path("list")) {
      queries.put(
          "annotation " + annotation.path("name").asText(), annotation.path("expr").asText());
    }
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      Matcher values = LABEL_VALUES.matcher(variable.path("query").asText());
      if (values.matches()) {
        String series = values.group("series");
        queries.put(
            "variable " + variable.path("name").asText(),
            "count by ("
                + values.group("label")
                + ") ("
                + (series.endsWith("}") ? series : series + "{}")
                + ")");
      }
    }
    return queries;
  }

  /** The names of the recording rules' series. */
  private static Set<String> recorded() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(RULES)) {
      for (Path file : files.toList()) {
        Matcher record =
            Pattern.compile("record: (\\S+)")
                .matcher(Files.readString(file, StandardCharsets.UTF_8));
        while (record.find()) {
          names.add(record.group(1));
        }
      }
    }
    return names;
  }

  private static Map<String, Set<String>> labelsBySeries(String scrape) {
    Map<String, Set<String>> labels = new TreeMap<>();
    scrape
        .lines()
        .map(SCRAPED::matcher)
        .filter(Matcher::matches)
        .forEach(
            line -> {
              Set<String> names =
                  labels.computeIfAbsent(line.group("name"), name -> new TreeSet<>());
              if (line.group("labels") != null) {
                Matcher label = SCRAPED_LABEL.matcher(line.group("labels"));
                while (label.find()) {
                  names.add(label.group("name"));
                }
              }
            });
    return labels;
  }

  private static boolean isCounter(String series) {
    return series.matches(".*_(total|count|sum|bucket)");
  }

  private static boolean balanced(String expression) {
    List<Character> open = new ArrayList<>();
    for (char c : expression.replaceAll("\"[^\"]*\"", "").toCharArray()) {
      switch (c) {
        case '(' -> open.add(')');
        case '[' -> open.add(']');
        case '{' -> open.add('}');
        case ')', ']', '}' -> {
          if (open.isEmpty() || open.remove(open.size() - 1) != c) {
            return false;
          }
        }
        default -> {}
      }
    }
    return open.isEmpty();
  }

  private static String dataSource(JsonNode node) {
    return node.path("datasource").path("uid").asText();
  }

  private static String where(JsonNode panel) {
    return "panel " + panel.path("id").asInt() + " '" + panel.path("title").asText() + "'";
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
