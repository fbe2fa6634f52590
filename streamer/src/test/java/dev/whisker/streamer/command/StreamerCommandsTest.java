package dev.whisker.streamer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands refuse before they talk to Kafka. */
class StreamerCommandsTest {
  @TempDir private Path folder;
  private final PrintStream usual = System.err;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @AfterEach
  void restore() {
    System.setErr(usual);
  }

  private int run(String... arguments) {
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    return Cli.run(new StreamerCommands(new StopSignal()), arguments);
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileAndAPublishedModelAreTwoModels() {
    assertThat(run("stream", "--model", "m.whisker", "--model-name", "m")).isEqualTo(2);
    assertThat(told()).contains("model serves a file and model.name what is published");
  }

  @Test
  void aPublishedShadowNeedsToKnowWhatItIsTheShadowOf() {
    assertThat(run("stream", "--shadow", "candidate")).isEqualTo(2);
    assertThat(told()).contains("add --model-name or --model");
  }

  @Test
  void aModelIsNotItsOwnShadow() {
    assertThat(run("stream", "--model-name", "m", "--shadow", "m")).isEqualTo(2);
    assertThat(told()).contains("shadow is 'm', the model that is served; expected another one");
  }

  @Test
  void whatIsMeasuredBeyondTheUsualIsBounded() {
    assertThat(run("stream", "--device-metrics", "5000", "--drift-period", "PT0S")).isEqualTo(2);
    assertThat(told())
        .contains("device.metrics are of 5000 devices; expected at most 1000")
        .contains("drift.period is PT0S; expected PT1S or more");
  }

  @Test
  void aValueThatCannotBeReadIsRefusedWithoutAStackTrace() {
    assertThat(run("stream", "--threads", "none")).isEqualTo(2);
    assertThat(told()).contains("--threads").contains("none").doesNotContain("Exception");
    assertThat(run("stream", "--threads", "1", "--threads", "2")).isEqualTo(2);
    assertThat(told()).doesNotContain("Exception");
  }

  @Test
  void trustedKeysMustBeThere() {
    String keys = folder.resolve("a.pub") + "," + folder.resolve("b.pub");
    assertThat(run("stream", "--trusted-keys", keys)).isEqualTo(1);
    assertThat(told()).contains("There is no key file " + folder.resolve("a.pub"));
  }

  @Test
  void onlyBundlesArePublished() throws IOException {
    assertThat(run("publish")).isEqualTo(2);
    assertThat(run("publish", folder.resolve("m.whisker").toString())).isEqualTo(1);
    assertThat(told()).contains("There is no bundle " + folder.resolve("m.whisker"));
    Path text = Files.writeString(folder.resolve("text.whisker"), "hello");
    assertThat(run("publish", text.toString())).isEqualTo(1);
    assertThat(told()).contains(text + " is no bundle");
  }

  @Test
  void aPublicKeySignsNothing() throws IOException {
    Path key =
        Files.writeString(
            folder.resolve("models.pub"),
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                + "-----END PUBLIC KEY-----\n");
    assertThat(run("publish", "m.whisker", "--key", key.toString())).isEqualTo(1);
    assertThat(told()).contains("expected a PEM block 'PRIVATE KEY'");
  }
}
