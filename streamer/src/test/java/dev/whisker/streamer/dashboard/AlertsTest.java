package dev.whisker.streamer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whisker.streamer.metrics.BusyStreamer;
import dev.whisker.streamer.metrics.Promtool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Prometheus's configuration, its rules, and what the operations manual says of each alert. */
class AlertsTest {
  private static final Path FOLDER = Path.of("../grafana/prometheus");
  private static final Path ALERTS = FOLDER.resolve("rules/alerts.yml");
  private static final Path RECORDINGS = FOLDER.resolve("rules/recordings.yml");
  private static final Path TESTS = FOLDER.resolve("tests/alerts.yml");
  private static final Path MANUAL = Path.of("../docs/operations.md");

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** The groups of a pattern's first parenthesis. */
  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static List<String> alerts() throws IOException {
    return all("- alert: (\\w+)$", read(ALERTS));
  }

  @Test
  void everyAlertHasASectionInTheManualThatItLeadsTo() throws IOException {
    String manual = read(MANUAL);
    String rules = read(ALERTS);
    SoftAssertions softly = new SoftAssertions();
    for (String alert : alerts()) {
      softly.assertThat(manual).as(alert).containsPattern("(?m)^### " + alert + "$");
      softly
          .assertThat(rules)
          .contains("runbook_url: docs/operations.md#" + alert.toLowerCase(Locale.ROOT));
    }
    softly
        .assertThat(all("^### (Whisker\\w+)$", manual))
        .as("sections of alerts")
        .containsExactlyInAnyOrderElementsOf(alerts());
    softly.assertAll();
  }

  @Test
  void everyAlertIsTestedWhenItFiresAndWhenItIsQuiet() throws IOException {
    String tests = read(TESTS);
    SoftAssertions softly = new SoftAssertions();
    for (String alert : alerts()) {
      List<String> expected =
          all("- alertname: " + alert + "\\n\\s+eval_time: \\w+\\n(\\s+exp_alerts:)?", tests);
      softly.assertThat(expected).as(alert + " fires").anyMatch(one -> one != null);
      softly.assertThat(expected).as(alert + " is quiet").anyMatch(one -> one == null);
    }
    softly.assertAll();
  }

  @Test
  void everySeriesThatRulesAskForIsScraped() throws IOException {
    String scraped = BusyStreamer.scrape();
    Matcher series =
        Pattern.compile("\\bwhisker_\\w+").matcher(expressions(read(ALERTS) + read(RECORDINGS)));
    SoftAssertions softly = new SoftAssertions();
    while (series.find()) {
      softly.assertThat(scraped).containsPattern("(?m)^" + series.group() + "[ {]");
    }
    softly.assertAll();
  }

  /** Without recorded series, whose names have colons. */
  private static String expressions(String rules) {
    return rules.replaceAll("\\w+:\\w+:\\w+", "");
  }

  @Test
  void promtoolTakesConfigurationAndRulesAndTheirTestsPass() throws Exception {
    assumeTrue(Promtool.isHere(), Promtool.MISSING);
    Promtool.Answer config =
        Promtool.run("check", "config", FOLDER.resolve("prometheus.yml").toString());
    assertThat(config.exit()).as(config.said()).isZero();
    assertThat(config.said()).contains("2 rule files found");
    try (Stream<Path> files = Files.list(FOLDER.resolve("rules"))) {
      for (Path file : files.sorted().toList()) {
        Promtool.Answer rules = Promtool.run("check", "rules", "--lint-fatal", file.toString());
        assertThat(rules.exit()).as(rules.said()).isZero();
      }
    }
    Promtool.Answer tests = Promtool.run("test", "rules", TESTS.toString());
    assertThat(tests.exit()).as(tests.said()).isZero();
    System.out.print(config.said() + tests.said());
  }
}
