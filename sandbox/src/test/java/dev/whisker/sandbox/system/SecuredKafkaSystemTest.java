package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.schemas.JsonCodec;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.streamer.model.ModelTopic;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A broker with TLS, SASL and access control: every program has the rights that docs/operations.md
 * lists and no other, and is refused with what is missing where it lacks one of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredKafkaSystemTest {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final String SECRET = "not-for-the-log";

  /** The least that Kafka allows. */
  private static final int ITERATIONS = 4_096;

  private static final String READINGS = "sensor-readings";
  private static final String MODELS = "whisker-models";
  private static final List<String> TOPICS =
      List.of(
          READINGS, "predictions", "state-changes", "whisker-dead-letters", "predictions-shadow");

  /** The application that the streamers with all of their rights are of. */
  private static final String APPLICATION = "streamer";

  private static final List<DocumentedRight> DOCUMENTED = DocumentedRight.all();
  private static final String STREAM = "whisker stream";
  private static final String RESET = "whisker reset";

  @TempDir private static Path shared;
  private static Path data;
  private static Path model;
  private static EmbeddedBroker broker;
  private static int windows;
  private static String device;

  /** Who has which rights. */
  private static final List<AclBinding> RIGHTS = new ArrayList<>();

  private static final Set<String> USERS = new TreeSet<>(Set.of("stranger"));

  @BeforeAll
  static void trainAndStart() throws Exception {
    data = shared.resolve("machines.csv.gz");
    model = GeneratedModel.train(data, shared);
    Path expected = shared.resolve("expected.jsonl");
    WholeWay.trainer(
        "evaluate", "--model", model, "--data", data, "--part", "all", "--predictions", expected);
    List<String> lines = Files.readAllLines(expected);
    windows = lines.size();
    device = JsonCodec.decodePrediction(lines.get(0).getBytes(StandardCharsets.UTF_8)).device();
    makeKeys();
    broker = EmbeddedBroker.start(shared.resolve("broker"), 0, brokerSettings());
    grantRights();
    try (Admin admin = clients("admin").admin()) {
      ClusterAdmin.ensure(admin, TOPICS, 2, (short) 1);
      ClusterAdmin.ensure(
          admin, List.of(MODELS), ModelTopic.PARTITIONS, (short) 1, ModelTopic.CONFIG);
      admin
          .alterUserScramCredentials(USERS.stream().map(user -> credential(user)).toList())
          .all()
          .get();
      admin.createAcls(RIGHTS).all().get();
      await()
          .atMost(LONGEST)
          .until(
              () ->
                  admin.describeAcls(AclBindingFilter.ANY).values().get().size()
                      == Set.copyOf(RIGHTS).size());
    }
    // What is acknowledged is known to the broker only a little later.
    await()
        .atMost(LONGEST)
        .ignoreExceptions()
        .until(
            () -> {
              for (String user : USERS) {
                clients(user).requireReachable();
              }
              return true;
            });
  }

  private static void grantRights() {
    for (DocumentedRight right : DOCUMENTED) {
      switch (right.program()) {
        case STREAM -> {
          boolean always = right.when().isEmpty() || right.when().equals("under exactly-once");
          if (always) {
            grant(right, "streamer");
          }
          grant(right, "follower");
        }
        case RESET -> grant(right, "resetter");
        case "whisker publish" -> grant(right, "publisher");
        case "whisker replay" -> grant(right, "feeder");
        case "whisker replay --dead-letters" -> grant(right, "mender");
        case "whisker watch" -> grant(right, "viewer");
        default -> throw new IllegalStateException("Nobody tests the rights of " + right.program());
      }
    }
    for (DocumentedRight missing : of(STREAM)) {
      String user = without(missing);
      of(STREAM).stream()
          .filter(right -> !right.equals(missing))
          .forEach(right -> grant(right, user, user));
    }
    for (DocumentedRight missing : of(RESET)) {
      of(RESET).stream()
          .filter(right -> !right.equals(missing))
          .forEach(right -> grant(right, without(missing)));
    }
  }

  private static void grant(DocumentedRight right, String user) {
    grant(right, user, APPLICATION);
  }

  private static void grant(DocumentedRight right, String user, String application) {
    USERS.add(user);
    RIGHTS.add(right.to(user, application));
  }

  private static List<DocumentedRight> of(String program) {
    return DOCUMENTED.stream().filter(right -> right.program().equals(program)).toList();
  }

  static List<DocumentedRight> streamRights() {
    return of(STREAM);
  }

  static List<DocumentedRight> resetRights() {
    return of(RESET);
  }

  /** A user who has all rights of a program but one. */
  private static String without(DocumentedRight right) {
    return "without-" + DOCUMENTED.indexOf(right);
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  @Order(1)
  void theLeastRightsAreEnoughToReplayStreamAndWatch() throws Exception {
    try (Producer<byte[], byte[]> producer = clients("feeder").producer()) {
      producer
          .send(
              new ProducerRecord<>(
                  READINGS,
                  device.getBytes(StandardCharsets.UTF_8),
                  "no reading".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
    assertDone(sandbox("feeder", "replay", "--data", data, "--speed", "max"));
    try (StreamerProcess streamer = start("streamer", model)) {
      watch(streamer, windows);
      assertThat(streamer.stop()).as(streamer::log).isZero();
      assertThat(streamer.log())
          .contains("kafka.sasl.jaas.config = ********")
          .contains("kafka.ssl.truststore.password = ********")
          .doesNotContain(SECRET);
    }
    Outcome mended = sandbox("mender", "replay", "--dead-letters");
    assertDone(mended);
    assertThat(mended.errors()).contains("1 dead letters published");
  }

  @ParameterizedTest
  @MethodSource("resetRights")
  @Order(2)
  void aResetWithoutARightIsRefusedBeforeAnythingIsForgotten(DocumentedRight missing)
      throws Exception {
    Set<String> before = topics();
    assertThat(before).contains(APPLICATION + "-devices-changelog");
    Outcome refused = reset(without(missing));
    assertThat(refused.exitCode()).isEqualTo(1);
    String name = missing.to("", APPLICATION).pattern().name();
    String kind = missing.type() == ResourceType.TOPIC ? "topic " : "consumer group ";
    assertThat(refused.errors())
        .contains("This client has not the right to")
        .contains(missing.operation() + " on the " + kind + name)
        .doesNotContain("Forgetting", "\tat ");
    assertThat(topics()).isEqualTo(before);
  }

  @Test
  @Order(3)
  void theLeastRightsAreEnoughToResetPublishAndFollow() throws Exception {
    assertDone(reset("resetter"));
    assertThat(topics()).doesNotContain(APPLICATION + "-devices-changelog");
    assertDone(publish("publisher"));
    try (StreamerProcess follower = start("follower", null, "--shadow", model.toString())) {
      // What was read before the reset is read and predicted once more.
      watch(follower, 2 * windows);
      assertThat(follower.stop()).as(follower::log).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("streamRights")
  @Order(4)
  void aMissingRightEndsTheStreamerWithItsName(DocumentedRight missing, @TempDir Path folder)
      throws Exception {
    String user = without(missing);
    List<Object> flags = new ArrayList<>(List.of("stream", "--application-id", user));
    flags.addAll(List.of("--shadow", model, "--state-dir", folder, "--metrics-port", "-1"));
    if (!missing.name().equals(MODELS)) {
      flags.addAll(List.of("--model", model));
    }
    Outcome ended = streamer(user, flags.toArray());
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.errors()).contains(missing.told());
  }

  @Test
  @Order(5)
  void whoHasNoRightsIsTold() throws Exception {
    assertThat(publish("stranger"))
        .satisfies(SecuredKafkaSystemTest::isRefused)
        .extracting(Outcome::errors, STRING)
        .contains("This client has not the right to WRITE on the topic " + MODELS);
    assertThat(sandbox("stranger", "replay", "--data", data, "--speed", "max"))
        .satisfies(SecuredKafkaSystemTest::isRefused)
        .extracting(Outcome::errors, STRING)
        .contains("This client has not the right to WRITE on the topic " + READINGS);
    assertThat(sandbox("stranger", "replay", "--dead-letters", "--list"))
        .satisfies(SecuredKafkaSystemTest::isRefused)
        .extracting(Outcome::errors, STRING)
        .contains("Not authorized to access topics: [whisker-dead-letters]");
    assertThat(sandbox("stranger", "watch", "--count", 1, "--for", "PT1M"))
        .satisfies(SecuredKafkaSystemTest::isRefused)
        .extracting(Outcome::errors, STRING)
        .contains("Not authorized to access topics: [predictions]");
  }

  private static void isRefused(Outcome outcome) {
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.errors()).doesNotContain("\tat ", SECRET);
  }

  @Test
  @Order(6)
  void wrongPasswordsAreTold() throws Exception {
    String right = Files.readString(config("feeder"));
    assertRefused(
        right.replace("password=\"" + SECRET, "password=\"guessed"),
        "invalid credentials with SASL mechanism SCRAM-SHA-512");
    assertRefused(
        right.replace("truststore.password = " + SECRET, "truststore.password = guessed"),
        "password was incorrect");
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
  }

  private static StreamerProcess start(String user, Path served, String... flags)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--config", config(user).toString(), "--application-id", APPLICATION));
    return new StreamerProcess(broker.bootstrap(), served, shared, all.toArray(String[]::new));
  }

  /** So many predictions must come. */
  private static void watch(StreamerProcess streamer, int count) throws IOException {
    Outcome watched =
        sandbox("viewer", "watch", "--from-beginning", "--json", "--count", count, "--for", "PT3M");
    assertDone(watched);
    assertThat(watched.output().lines()).as(streamer::log).hasSize(count);
  }

  private static Outcome reset(String user) throws IOException {
    Path state = shared.resolve("state");
    return streamer(user, "reset", "--yes", "--application-id", APPLICATION, "--state-dir", state);
  }

  private static Outcome publish(String user) throws IOException {
    return streamer(user, "publish", model);
  }

  private static Outcome streamer(String user, Object... arguments) throws IOException {
    return runAs(user, new StreamerCommands(new StopSignal()), arguments);
  }

  private static Outcome sandbox(String user, Object... arguments) throws IOException {
    return runAs(user, new SandboxCommands(new StopSignal()), arguments);
  }

  private static Outcome runAs(String user, Object commands, Object... arguments)
      throws IOException {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config(user), "--bootstrap", broker.bootstrap()));
    return run(commands, all.toArray());
  }

  private static Set<String> topics() throws Exception {
    try (Admin admin = clients("admin").admin()) {
      return admin.listTopics().names().get();
    }
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

  private static Map<String, String> brokerSettings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put(
        "listener.name.clients.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\""
            + " password=\""
            + SECRET
            + "\" user_admin=\""
            + SECRET
            + "\";");
    settings.put(
        "listener.name.clients.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
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

  private static UserScramCredentialAlteration credential(String user) {
    return new UserScramCredentialUpsertion(
        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), SECRET);
  }

  private static KafkaClients clients(String user) {
    return new KafkaClients(broker.bootstrap(), settings(user));
  }

  private static Map<String, String> settings(String user) {
    // The one who makes the others cannot be one of them.
    boolean isAdmin = user.equals("admin");
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        isAdmin ? "PLAIN" : "SCRAM-SHA-512",
        "sasl.jaas.config",
        "org.apache.kafka.common.security."
            + (isAdmin ? "plain.PlainLoginModule" : "scram.ScramLoginModule")
            + " required username=\""
            + user
            + "\" password=\""
            + SECRET
            + "\";",
        "ssl.truststore.location",
        shared.resolve("trusted.p12").toString(),
        "ssl.truststore.password",
        SECRET);
  }

  /** A user's configuration file, the same for every command. */
  private static Path config(String user) throws IOException {
    List<String> lines = new ArrayList<>(List.of("create.topics = false"));
    settings(user).forEach((key, value) -> lines.add("kafka." + key + " = " + value));
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
