package dev.whisker.sandbox.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
  @Test
  void aQuickRunHasAllPartsInOneObject() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new SandboxCommands(new StopSignal()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute("bench", "--json", "--quick", "--rounds", "1", "--seconds", "1");

    assertThat(exit).as(err::toString).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    JsonNode report = JsonMapper.builder().build().readTree(out.toString());
    assertThat(report.path("machine").path("cores").asInt()).isPositive();
    assertThat(report.path("failures").isArray()).isTrue();
    assertThat(report.path("failures")).isEmpty();
    assertThat(report.path("versions").has("whisker")).isTrue();
    assertThat(names(report, "engine"))
        .containsExactly(
            "1 window a call", "8 windows a call", "32 windows a call", "128 windows a call");
    assertThat(names(report, "pipeline"))
        .contains("at-least-once, 16 samples a reading", "hand-written loop, 16 samples a reading");
    assertThat(names(report, "latency"))
        .contains("at-least-once, 25 % of the highest rate, median");
    assertThat(names(report, "growth")).containsExactly("devices: 10 devices");
    for (String part : List.of("engine", "pipeline", "latency", "growth")) {
      for (JsonNode figure : report.path(part)) {
        assertThat(figure.path("figure").asDouble()).as(figure::toString).isPositive();
        assertThat(figure.has("goal")).as(figure::toString).isTrue();
        if (!part.equals("latency")) {
          assertThat(figure.path("peer").asDouble()).as(figure::toString).isPositive();
          assertThat(figure.path("ratio").asDouble()).as(figure::toString).isPositive();
        }
      }
    }
  }

  @Test
  void settingsThatMakeNoSenseAreWrongUsage() {
    SandboxCommands commands = new SandboxCommands(new StopSignal());

    assertThat(Cli.run(commands, "bench", "--rounds", "0", "--devices", "0")).isEqualTo(2);
    assertThat(Cli.run(commands, "bench", "--only", "everything")).isEqualTo(2);
  }

  private static List<String> names(JsonNode report, String part) {
    List<String> names = new ArrayList<>();
    report.path(part).forEach(figure -> names.add(figure.path("name").asText()));
    return names;
  }
}
