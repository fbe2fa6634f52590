package dev.whisker.streamer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whisker.streamer.metrics.Metric.Kind;
import dev.whisker.streamer.metrics.Metric.Tag;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of metrics, the table that is made from it, and what is really scraped. */
class MetricTableTest {
  private static final Path DOCUMENT = Path.of("../docs/metrics.md");
  private static final String BEGIN = "<!-- made from Metric.java: begin -->\n";
  private static final String END = "<!-- made from Metric.java: end -->";
  private static final String REMAKE = "whisker.remake";

  @Test
  void theDocumentsTableIsMadeFromTheList() throws IOException {
    String document = Files.readString(DOCUMENT, StandardCharsets.UTF_8);
    int from = document.indexOf(BEGIN) + BEGIN.length();
    int to = document.indexOf(END);
    assertThat(to).as("the marks in %s", DOCUMENT).isGreaterThanOrEqualTo(from);
    String made = document.substring(0, from) + table() + document.substring(to);
    if (Boolean.getBoolean(REMAKE)) {
      Files.writeString(DOCUMENT, made, StandardCharsets.UTF_8);
    }
    assertThat(Files.readString(DOCUMENT, StandardCharsets.UTF_8))
        .as(
            "docs/metrics.md is not what Metric.java says; make it anew with mvn -pl streamer -am"
                + " test -Dtest=MetricTableTest -Dsurefire.failIfNoSpecifiedTests=false -D"
                + REMAKE
                + "=true")
        .isEqualTo(made);
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder("| Micrometer | Prometheus | type | unit | tags | meaning |\n")
            .append("|---|---|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      table.append(
          String.format(
              "| `%s` | `%s` | %s | %s | %s | %s |%n",
              metric.meterName(),
              prometheusName(metric),
              metric.kind().name().toLowerCase(Locale.ROOT),
              metric.unit(),
              metric.tags().isEmpty()
                  ? ""
                  : metric.tags().stream()
                      .map(tag -> "`" + tag.name() + "`: " + tag.values())
                      .collect(Collectors.joining("; ")),
              metric.description()));
    }
    return table.toString();
  }

  /** Without the suffixes of a histogram's series. */
  private static String prometheusName(Metric metric) {
    Meter.Type type =
        switch (metric.kind()) {
          case COUNTER -> Meter.Type.COUNTER;
          case GAUGE -> Meter.Type.GAUGE;
          case HISTOGRAM -> Meter.Type.DISTRIBUTION_SUMMARY;
          case TIMER -> Meter.Type.TIMER;
        };
    String unit = metric.unit().equals("seconds") ? "seconds" : null;
    String name =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)
            .config()
            .namingConvention()
            .name(metric.meterName(), type, unit);
    // What the convention takes off and Prometheus' client puts back.
    return metric.kind() == Kind.COUNTER
        ? name + "_total"
        : metric == Metric.MODEL_INFO ? name + "_info" : name;
  }

  @Test
  void whatIsScrapedIsWhatIsListed() {
    Map<String, String> types = new TreeMap<>();
    Matcher type =
        Pattern.compile("^# TYPE (whisker_\\w+) (\\w+)$", Pattern.MULTILINE)
            .matcher(BusyStreamer.scrape());
    while (type.find()) {
      types.put(type.group(1), type.group(2));
    }
    Map<String, String> listed = new TreeMap<>();
    for (Metric metric : Metric.values()) {
      String name = prometheusName(metric);
      switch (metric.kind()) {
        case COUNTER -> listed.put(name, "counter");
        case GAUGE -> listed.put(name, "gauge");
        case HISTOGRAM, TIMER -> {
          listed.put(name, metric == Metric.RESTORE_TIME ? "summary" : "histogram");
          listed.put(name + "_max", "gauge");
        }
      }
    }
    assertThat(types).isEqualTo(listed);
  }

  @Test
  void theTagsAreThoseThatAreListed() {
    Map<String, Set<String>> scraped = new TreeMap<>();
    Matcher series =
        Pattern.compile("^(whisker_\\w+)(?:\\{(.*)})? \\S+$", Pattern.MULTILINE)
            .matcher(BusyStreamer.scrape());
    while (series.find()) {
      Set<String> tags = scraped.computeIfAbsent(series.group(1), name -> new TreeSet<>());
      if (series.group(2) != null) {
        Matcher tag = Pattern.compile("(\\w+)=\"[^\"]*\"").matcher(series.group(2));
        while (tag.find()) {
          tags.add(tag.group(1));
        }
      }
    }
    for (Metric metric : Metric.values()) {
      String name = prometheusName(metric);
      boolean isTimed = metric.kind() == Kind.TIMER || metric.kind() == Kind.HISTOGRAM;
      assertThat(scraped.get(isTimed ? name + "_count" : name))
          .as(metric.meterName())
          .isEqualTo(metric.tags().stream().map(Tag::name).collect(Collectors.toSet()));
    }
  }

  /** Prometheus's own opinion of names, units and help texts. */
  @Test
  void promtoolHasNothingAgainstThem() throws IOException, InterruptedException {
    assumeTrue(Promtool.isHere(), Promtool.MISSING);
    String said =
        Promtool.run(BusyStreamer.scrape().getBytes(StandardCharsets.UTF_8), "check", "metrics")
            .said();
    assertThat(said.lines().filter(line -> line.startsWith("whisker_"))).as(said).isEmpty();
    assertThat(said).doesNotContain("error while linting").doesNotContain("text format parsing");
  }
}
