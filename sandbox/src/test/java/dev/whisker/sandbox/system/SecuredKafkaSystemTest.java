package dev.whisker.sandbox.system;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A broker with TLS, SASL and access control: every program has the rights that docs/operations.md
 * lists and no other, and is refused with what is missing where it lacks one of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredKafkaSystemTest {
  private static final String SECRET = "not-for-the-log";
  private static final String READINGS = "sensor-readings";
  private static final String PREDICTIONS = "predictions";
  private static final String CHANGES = "state-changes";
  private static final String DEAD_LETTERS = "whisker-dead-letters";

  /** One of the streamer's rights, and what is told where it is missing. */
  private enum Right {
    READINGS_READ(TOPIC, READINGS, LITERAL, "READ on the topic " + READINGS, READ),
    PREDICTIONS_WRITE(TOPIC, PREDICTIONS, LITERAL, "WRITE on the topic " + PREDICTIONS, WRITE),
    CHANGES_WRITE(TOPIC, CHANGES, LITERAL, "WRITE on the topic " + CHANGES, WRITE),
    DEAD_LETTERS_WRITE(TOPIC, DEAD_LETTERS, LITERAL, "WRITE on the topic " + DEAD_LETTERS, WRITE),
    GROUP_READ(GROUP, null, LITERAL, "READ on the consumer group ", READ),
    INTERNAL_CREATE(TOPIC, null, PREFIXED, "CREATE, READ and WRITE on the topics", CREATE),
    INTERNAL_READ(TOPIC, null, PREFIXED, "CREATE, READ and WRITE on the topics", READ),
    INTERNAL_WRITE(TOPIC, null, PREFIXED, "CREATE, READ and WRITE on the topics", WRITE),
    TRANSACTIONS_WRITE(TRANSACTIONAL_ID, null, PREFIXED, "WRITE on the transactional ids", WRITE);

    private final ResourceType type;
    private final String name;
    private final PatternType pattern;
    private final String told;
    private final AclOperation operation;

    Right(
        ResourceType type, String name, PatternType pattern, String told, AclOperation operation) {
      this.type = type;
      this.name = name;
      this.pattern = pattern;
      this.told = told;
      this.operation = operation;
    }

    /** The right of a user whose application has the user's name. */
    AclBinding of(String user) {
      String own = pattern == PREFIXED ? user + "-" : user;
      return acl(user, type, name == null ? own : name, pattern, operation);
    }
  }

  @TempDir private static Path shared;
  private static Path data;
  private static Path model;
  private static EmbeddedBroker broker;
  private static int windows;

  @BeforeAll
  static void trainAndStart() throws Exception {
    data = shared.resolve("machines.csv.gz");
    model = GeneratedModel.train(data, shared);
    Path expected = shared.resolve("expected.jsonl");
    WholeWay.trainer(
        "evaluate", "--model", model, "--data", data, "--part", "all", "--predictions", expected);
    windows = Files.readAllLines(expected).size();
    makeKeys();
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0, brokerSettings());
    try (Admin admin = new KafkaClients(broker.bootstrap(), settings("admin")).admin()) {
      ClusterAdmin.ensure(
          admin, List.of(READINGS, PREDICTIONS, CHANGES, DEAD_LETTERS), 2, (short) 1);
      List<AclBinding> rights = new ArrayList<>();
      for (Right right : Right.values()) {
        rights.add(right.of("streamer"));
        for (Right lacking : Right.values()) {
          if (lacking != right) {
            rights.add(right.of(without(lacking)));
          }
        }
      }
      rights.add(acl("feeder", TOPIC, READINGS, LITERAL, WRITE));
      rights.add(acl("viewer", TOPIC, PREDICTIONS, LITERAL, READ));
      admin.createAcls(rights).all().get();
    }
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  @Order(1)
  void theLeastRightsAreEnoughForEveryProgram() throws Exception {
    assertThat(
            run(
                    new SandboxCommands(new StopSignal()),
                    "replay",
                    "--config",
                    config("feeder"),
                    "--data",
                    data,
                    "--speed",
                    "max",
                    "--bootstrap",
                    broker.bootstrap())
                .exitCode())
        .isZero();
    try (StreamerProcess streamer =
        new StreamerProcess(
            broker.bootstrap(),
            model,
            shared,
            "--config",
            config("streamer").toString(),
            "--application-id",
            "streamer")) {
      Outcome watched =
          run(
              new SandboxCommands(new StopSignal()),
              "watch",
              "--config",
              config("viewer"),
              "--from-beginning",
              "--json",
              "--count",
              windows,
              "--for",
              "PT3M",
              "--bootstrap",
              broker.bootstrap());
      assertThat(watched.exitCode()).as(watched.errors()).isZero();
      assertThat(watched.output().lines()).as(streamer::log).hasSize(windows);
      assertThat(streamer.stop()).as(streamer::log).isZero();
      assertThat(streamer.log())
          .contains("kafka.sasl.jaas.config = ********")
          .contains("kafka.ssl.truststore.password = ********")
          .doesNotContain(SECRET);
    }
  }

  @ParameterizedTest
  @EnumSource(Right.class)
  @Order(2)
  void aMissingRightEndsTheStreamerWithItsName(Right missing, @TempDir Path folder)
      throws Exception {
    String user = without(missing);
    Outcome ended =
        run(
            new StreamerCommands(new StopSignal()),
            "stream",
            "--model",
            model,
            "--config",
            config(user),
            "--application-id",
            user,
            "--state-dir",
            folder,
            "--metrics-port",
            "-1",
            "--bootstrap",
            broker.bootstrap());
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.errors()).contains(missing.told);
  }

  @Test
  @Order(3)
  void wrongPasswordsAreTold() throws Exception {
    String right = Files.readString(config("feeder"));
    assertRefused(
        right.replace("password=\"" + SECRET, "password=\"guessed"),
        "authentication failed: invalid username or password");
    assertRefused(
        right.replace("truststore.password = " + SECRET, "truststore.password = guessed"),
        "password was incorrect");
  }

  private static void assertRefused(String settings, String told) throws IOException {
    Path config = Files.createTempFile(shared, "wrong", ".properties");
    Files.writeString(config, settings);
    Outcome refused =
        run(
            new SandboxCommands(new StopSignal()),
            "replay",
            "--config",
            config,
            "--data",
            data,
            "--bootstrap",
            broker.bootstrap());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.errors())
        .containsIgnoringCase(told)
        .doesNotContain("guessed", SECRET, "\tat ");
  }

  private static String without(Right right) {
    return "without-" + right.ordinal();
  }

  private static AclBinding acl(
      String user, ResourceType type, String name, PatternType pattern, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  private static Map<String, String> brokerSettings() {
    String users =
        Stream.concat(
                Stream.of("admin", "streamer", "feeder", "viewer"),
                Arrays.stream(Right.values()).map(SecuredKafkaSystemTest::without))
            .map(user -> "user_" + user + "=\"" + SECRET + "\"")
            .collect(Collectors.joining(" "));
    Map<String, String> settings = new TreeMap<>();
    settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put(
        "listener.name.clients.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\""
            + " password=\""
            + SECRET
            + "\" "
            + users
            + ";");
    settings.put("ssl.keystore.location", shared.resolve("keys.p12").toString());
    settings.put("ssl.keystore.password", SECRET);
    settings.put("ssl.key.password", SECRET);
    settings.put("ssl.truststore.location", shared.resolve("trusted.p12").toString());
    settings.put("ssl.truststore.password", SECRET);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's listener is without SASL; nobody else reaches it.
    settings.put("super.users", "User:admin;User:ANONYMOUS");
    return settings;
  }

  private static Map<String, String> settings(String user) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
            + user
            + "\" password=\""
            + SECRET
            + "\";",
        "ssl.truststore.location",
        shared.resolve("trusted.p12").toString(),
        "ssl.truststore.password",
        SECRET);
  }

  /** A user's configuration file. */
  private static Path config(String user) throws IOException {
    List<String> lines = new ArrayList<>(List.of("create.topics = false"));
    settings(user).forEach((key, value) -> lines.add("kafka." + key + " = " + value));
    if (user.equals("viewer")) {
      lines.remove(0);
    }
    return Files.write(shared.resolve(user + ".properties"), lines);
  }

  /** A key pair for the broker, and a store in which clients trust it. */
  private static void makeKeys() throws Exception {
    String keys = shared.resolve("keys.p12").toString();
    String certificate = shared.resolve("broker.pem").toString();
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=dns:localhost",
        "-validity",
        "7",
        "-storetype",
        "PKCS12",
        "-keystore",
        keys);
    keytool("-exportcert", "-alias", "broker", "-keystore", keys, "-rfc", "-file", certificate);
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "broker",
        "-file",
        certificate,
        "-storetype",
        "PKCS12",
        "-keystore",
        shared.resolve("trusted.p12").toString());
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", SECRET));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private record Outcome(int exitCode, String output, String errors) {}

  private static Outcome run(Object commands, Object... arguments) {
    PrintStream standardOutput = System.out;
    PrintStream standardError = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      int exitCode =
          Cli.run(commands, Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
      return new Outcome(
          exitCode,
          output.toString(StandardCharsets.UTF_8),
          errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(standardOutput);
      System.setErr(standardError);
    }
  }
}
