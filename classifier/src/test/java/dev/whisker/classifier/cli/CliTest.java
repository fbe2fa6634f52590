package dev.whisker.classifier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.BundleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

class CliTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final PrintStream standardError = System.err;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Work work = new Work();

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(standardError);
  }

  @Command(name = "whisker")
  static final class Whisker {}

  /** A command that remembers what it was called with. */
  @Command(name = "work")
  static final class Work implements Callable<Integer>, Checked {
    @Spec private CommandSpec command;
    @Mixin private CommonOptions common;

    @Option(names = "--topic-readings", defaultValue = "readings")
    private String topic;

    @Option(names = "--threads", defaultValue = "1")
    private int threads;

    @Option(names = "--max-batch", defaultValue = "128")
    private int maxBatch;

    @Option(names = "--kafka")
    Map<String, String> kafka;

    @Option(names = "--api-token")
    String token;

    @Option(names = "--network")
    String network;

    @Override
    public void check() {
      List<String> problems = new ArrayList<>();
      if (threads < 1) {
        problems.add("threads is " + threads + "; expected 1 or more");
      }
      if (maxBatch < 1) {
        problems.add("max.batch is " + maxBatch + "; expected 1 or more");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
    }

    private RuntimeException failure;
    private boolean called;
    private Map<String, String> passed;
    private Map<String, String> effective;

    @Override
    public Integer call() {
      called = true;
      passed = Layers.of(command).kafka();
      effective = Layers.effective(command);
      if (failure != null) {
        throw failure;
      }
      return 0;
    }
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "work";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine line = new CommandLine(new Whisker());
    line.addSubcommand(work);
    return Cli.run(line.getCommandSpec(), environment, all);
  }

  private String file(String... lines) throws IOException {
    Path file = folder.resolve("whisker.properties");
    Files.writeString(file, String.join("\n", lines));
    return file.toString();
  }

  private String errors() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  // layers

  @Test
  void withoutLayersTheDefaultsHold() {
    assertThat(run()).isZero();
    assertThat(work.topic).isEqualTo("readings");
    assertThat(work.threads).isEqualTo(1);
    assertThat(errors()).isEmpty();
  }

  @Test
  void everyLayerCoversTheOneBeneath() throws IOException {
    String file = file("topic.readings = from-file", "threads = 2", "max.batch = 2");
    environment.put("WHISKER_THREADS", "3");
    environment.put("WHISKER_MAX_BATCH", "3");
    assertThat(run("--config", file, "--max-batch", "4")).isZero();
    assertThat(work.topic).isEqualTo("from-file");
    assertThat(work.threads).isEqualTo(3);
    assertThat(work.maxBatch).isEqualTo(4);
  }

  @Test
  void theFileIsNamedByFlagOrEnvironment() throws IOException {
    environment.put("WHISKER_CONFIG", file("threads=2"));
    assertThat(run()).isZero();
    assertThat(work.threads).isEqualTo(2);
    Path other = Files.writeString(folder.resolve("other"), "threads=5");
    assertThat(run("--config=" + other)).isZero();
    assertThat(work.threads).isEqualTo(5);
  }

  @Test
  void aFileIsUtf8() throws IOException {
    assertThat(run("--config", file("topic.readings = Prüfstand"))).isZero();
    assertThat(work.topic).isEqualTo("Prüfstand");
  }

  @Test
  void kafkaKeysPassThroughAndTheEnvironmentCoversTheFile() throws IOException {
    environment.put("WHISKER_KAFKA_LINGER_MS", "7");
    environment.put("WHISKER_KAFKA_SSL_TRUSTSTORE_LOCATION", "/t");
    environment.put("KAFKA_ACKS", "0");
    assertThat(run("--config", file("kafka.linger.ms = 5", "kafka.acks = all"))).isZero();
    assertThat(work.passed)
        .containsOnly(
            Map.entry("linger.ms", "7"),
            Map.entry("acks", "all"),
            Map.entry("ssl.truststore.location", "/t"));
  }

  @Test
  void theEffectiveConfigurationHidesSecrets() throws IOException {
    String file =
        file(
            "kafka.ssl.key.password = hidden1",
            "kafka.sasl.jaas.config = Plain hidden2;",
            "kafka.ssl.keystore.key = hidden3",
            "kafka.basic.auth.user.info = me:hidden4",
            "kafka.acks = all");
    assertThat(
            run(
                "--config",
                file,
                "--api-token",
                "hidden5",
                "--kafka",
                "client.secret=hidden6",
                "--kafka",
                "linger.ms=5"))
        .isZero();
    assertThat(work.effective.toString()).doesNotContain("hidden");
    assertThat(work.effective)
        .containsEntry("topic.readings", "readings")
        .containsEntry("threads", "1")
        .containsEntry("config", file)
        .containsEntry("kafka.acks", "all")
        .containsEntry("kafka.linger.ms", "5")
        .containsEntry("api.token", "********")
        .containsEntry("kafka.client.secret", "********")
        .containsEntry("kafka.ssl.key.password", "********")
        .doesNotContainKey("help");
  }

  // wrong usage

  @Test
  void anUnknownKeyIsRefusedWithTheNearestKnownOne() throws IOException {
    String file = file("topic.reading = x");
    assertThat(run("--config", file)).isEqualTo(2);
    assertThat(errors())
        .contains(file + " has the unknown key 'topic.reading'; did you mean 'topic.readings'?");
    assertThat(work.called).isFalse();
  }

  @Test
  void aKeyOfAnotherCommandIsNoneOfItsBusiness() throws IOException {
    String file = file("application.id = x", "state.dir = y", "epochs = many", "threads = 2");
    assertThat(run("--config", file)).isZero();
    assertThat(work.threads).isEqualTo(2);
    assertThat(work.effective).doesNotContainKeys("application.id", "state.dir", "epochs");
    assertThat(errors()).isEmpty();
  }

  @Test
  void aKeyThatNoCommandKnowsIsRefusedWithTheNearestOfAll() throws IOException {
    String file = file("aplication.id = x", "topic.reading = y");
    assertThat(run("--config", file)).isEqualTo(2);
    assertThat(errors())
        .contains("'aplication.id'; did you mean 'application.id'?")
        .contains("'topic.reading'; did you mean 'topic.readings'?");
  }

  @Test
  void aMalformedFlagIsRefused() {
    assertThat(run("--threads", "many")).isEqualTo(2);
    assertThat(errors()).contains("--threads", "many").doesNotContain("threads is 0");
    assertThat(work.called).isFalse();
  }

  @Test
  void aMalformedValueOfTheFileIsRefused() throws IOException {
    assertThat(run("--config", file("threads = many"))).isEqualTo(2);
    assertThat(errors()).contains("--threads", "many");
    assertThat(work.called).isFalse();
  }

  @Test
  void aMalformedValueOfTheEnvironmentIsRefused() {
    environment.put("WHISKER_MAX_BATCH", "all");
    assertThat(run()).isEqualTo(2);
    assertThat(errors()).contains("--max-batch", "all");
    assertThat(work.called).isFalse();
  }

  @Test
  void anUnknownFlagIsRefusedWithASuggestion() {
    assertThat(run("--thread", "2")).isEqualTo(2);
    assertThat(errors()).contains("--thread", "--threads");
    assertThat(work.called).isFalse();
  }

  @Test
  void allProblemsAreToldAtOnce() throws IOException {
    String file = file("thread = 2", "max.batches = 3");
    assertThat(run("--config", file, "--threads", "many", "--max-batch", "all", "--colour"))
        .isEqualTo(2);
    assertThat(errors())
        .contains("'thread'; did you mean 'threads'?")
        .contains("'max.batches'; did you mean 'max.batch'?")
        .contains("--threads", "many")
        .contains("--max-batch", "all")
        .contains("--colour");
    assertThat(work.called).isFalse();
  }

  @Test
  void whatTheLayersAndTheCommandRefuseIsToldAtOnce() throws IOException {
    environment.put("WHISKER_THREADS", "0");
    environment.put("WHISKER_TOPIC_READING", "x");
    String file = file("thread = 2", "max.batch = all");
    assertThat(run("--config", file, "--colour")).isEqualTo(2);
    assertThat(errors())
        .contains("'thread'; did you mean 'threads'?")
        .contains("WHISKER_TOPIC_READING; did you mean WHISKER_TOPIC_READINGS?")
        .contains("--max-batch", "all")
        .contains("--colour")
        .contains("threads is 0; expected 1 or more")
        .doesNotContain("max.batch is");
    assertThat(work.called).isFalse();
  }

  @Test
  void everyValueOfTheFileThatCannotBeReadIsTold() throws IOException {
    assertThat(run("--config", file("threads = many", "max.batch = all"))).isEqualTo(2);
    assertThat(errors()).contains("--threads", "many", "--max-batch", "all");
  }

  @Test
  void whatACommandRefusesIsWrongUsage() {
    assertThat(run("--threads", "0", "--max-batch", "-1")).isEqualTo(2);
    assertThat(errors()).contains("whisker: threads is 0").contains("whisker: max.batch is -1");
    assertThat(work.called).isFalse();
  }

  @Test
  void secretsAreHiddenWhereverTheyComeFrom() throws IOException {
    environment.put("WHISKER_KAFKA_SASL_JAAS_CONFIG", "Plain hidden1;");
    environment.put("WHISKER_KAFKA_SSL_KEYSTORE_PASSWORD", "hidden2");
    environment.put("WHISKER_API_TOKEN", "hidden3");
    String file =
        file("kafka.ssl.truststore.password = hidden4", "topic.readings = http://a:hidden5@b");
    assertThat(
            run(
                "--config",
                file,
                "--kafka",
                "sasl.oauthbearer.client.credentials.client.secret=hidden6"))
        .isZero();
    assertThat(work.effective.toString()).doesNotContain("hidden");
    assertThat(work.effective)
        .containsEntry("kafka.sasl.jaas.config", "********")
        .containsEntry("kafka.ssl.keystore.password", "********")
        .containsEntry("api.token", "********")
        .containsEntry("topic.readings", "http://********@b");
  }

  @Test
  void aMisspelledVariableIsRefusedAndOneOfAnotherCommandIsNot() {
    environment.put("WHISKER_SOMETHING_ELSE", "1");
    environment.put("WHISKER_NETWORKS", "1"); // nearly that of this one
    assertThat(run()).isZero();
    environment.put("WHISKER_MAX_BACH", "1");
    assertThat(run()).isEqualTo(2);
    assertThat(errors()).contains("WHISKER_MAX_BACH; did you mean WHISKER_MAX_BATCH?");
  }

  @Test
  void anUnknownCommandIsRefused() {
    CommandLine line = new CommandLine(new Whisker());
    line.addSubcommand(work);
    assertThat(Cli.run(line.getCommandSpec(), environment, "wrok")).isEqualTo(2);
    assertThat(errors()).contains("wrok");
    assertThat(work.called).isFalse();
  }

  @Test
  void aMissingCommandIsWrongUsage() {
    CommandLine line = new CommandLine(new Whisker());
    line.addSubcommand(work);
    assertThat(Cli.run(line.getCommandSpec(), environment)).isEqualTo(2);
    assertThat(errors()).contains("Missing required subcommand");
  }

  @Test
  void aConfigurationFileThatIsNotThereIsWrongUsage() {
    String missing = folder.resolve("none.properties").toString();
    assertThat(run("--config", missing)).isEqualTo(2);
    assertThat(errors()).contains("no configuration file " + missing);
    assertThat(work.called).isFalse();
  }

  @Test
  void aConfigurationFileThatIsNoneIsWrongUsage() throws IOException {
    assertThat(run("--config", file("topic.readings = \\u12"))).isEqualTo(2);
    assertThat(run("--config", folder.toString())).isEqualTo(2);
    Path latin1 = Files.write(folder.resolve("latin1"), new byte[] {'a', '=', (byte) 0xFC});
    assertThat(run("--config", latin1.toString())).isEqualTo(2);
    assertThat(errors().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("whisker: The configuration file "));
  }

  @Test
  void valuesThatACommandRefusesAreWrongUsage() {
    work.failure = Cli.wrongUsage(new CommandLine(new Work()), "--hop is longer than --window");
    assertThat(run()).isEqualTo(2);
    assertThat(errors()).contains("whisker: --hop is longer than --window").doesNotContain("\tat ");
  }

  // failing

  @Test
  void aFailureForPeopleIsOneLine() {
    work.failure = new CommandFailure("The broker is away; start it", new IOException("refused"));
    assertThat(run()).isEqualTo(1);
    assertThat(errors().strip()).isEqualTo("whisker: The broker is away; start it");
  }

  @Test
  void aRefusedBundleIsOneLine() {
    work.failure = new BundleException("The bundle m.whisker is damaged");
    assertThat(run()).isEqualTo(1);
    assertThat(errors().strip()).isEqualTo("whisker: The bundle m.whisker is damaged");
  }

  @Test
  void aBugShowsWhereItIs() {
    work.failure = new NullPointerException("oh");
    assertThat(run()).isEqualTo(1);
    assertThat(errors()).contains("NullPointerException: oh", "at " + CliTest.class.getName());
  }

  @Test
  void helpIsGivenWhateverElseIsMissing() {
    PrintStream standardOutput = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      assertThat(run("--help", "--threads", "0")).isZero();
    } finally {
      System.setOut(standardOutput);
    }
    assertThat(output.toString(StandardCharsets.UTF_8)).contains("--topic-readings");
    assertThat(errors()).isEmpty();
    assertThat(work.called).isFalse();
  }
}
