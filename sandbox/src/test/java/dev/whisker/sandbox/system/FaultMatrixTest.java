package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every window and every change of a stable label is held against the offline evaluation while
 * streamers and brokers are killed, stopped and held up. Usually some of each fault strike in one
 * replay for each guarantee; with {@code -Dwhisker.faults=full} each fault has a replay of its own
 * and strikes many times, which takes an hour; {@code -Dwhisker.faults=BROKER_KILLS,REBALANCES} is
 * for some of them. What a replay that failed has left behind stays where its message says.
 */
class FaultMatrixTest {
  private static final List<String> FAULTS =
      Arrays.stream(System.getProperty("whisker.faults", "").split(","))
          .filter(name -> !name.isEmpty())
          .toList();
  private static final boolean FULL = !FAULTS.isEmpty();
  private static final String ALL = "all";

  @TempDir private static Path shared;
  private static final List<String> LINES = new ArrayList<>(List.of(Account.HEAD));
  private static Path data;
  private static Path model;
  private static BrokerCluster brokers;

  @BeforeAll
  static void trainAndStart() {
    model = GeneratedModel.train(shared.resolve("training.csv.gz"), shared);
    data = shared.resolve("machines.csv.gz");
    // Readings for longer than any replay takes; what is left in the end is published at once.
    WholeWay.sandbox("generate", "--out", data, "--devices", 8, "--seconds-per-state", 12);
    brokers = new BrokerCluster(shared);
  }

  @AfterAll
  static void stop() {
    if (brokers != null) {
      brokers.close();
    }
    LINES.forEach(System.out::println);
  }

  private static void note(String line) {
    LINES.add(line);
    try {
      Files.write(Path.of("target", "fault-matrix.txt"), LINES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> replays() {
    return Stream.of("exactly-once", "at-least-once")
        .flatMap(
            guarantee ->
                FULL
                    ? Arrays.stream(Fault.values())
                        .filter(fault -> FAULTS.contains("full") || FAULTS.contains(fault.name()))
                        .map(fault -> Arguments.of(fault.name(), List.of(fault), guarantee))
                    : Stream.of(Arguments.of(ALL, List.of(Fault.values()), guarantee)));
  }

  @ParameterizedTest(name = "{0}, {2}")
  @MethodSource("replays")
  void nothingIsMissingAndNothingIsDifferent(
      String name,
      List<Fault> faults,
      String guarantee,
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws InterruptedException {
    String fault = name.toLowerCase(Locale.ROOT).replace('_', '-');
    WholeWay way = new WholeWay(brokers.bootstrap(), fault + "-" + guarantee, data, model, folder);
    Recordings recordings = RecordingReader.read(List.of(data));
    List<String> flags = new ArrayList<>(List.of("--guarantee", guarantee));
    // What a killed instance had is taken over soon; more is under way when it is killed.
    flags.addAll(
        List.of(
            "--kafka=consumer.session.timeout.ms=3000",
            "--kafka=consumer.heartbeat.interval.ms=500",
            "--kafka=producer.transaction.timeout.ms=5000",
            "--kafka=commit.interval.ms=500"));
    for (Fault one : faults) {
      flags.addAll(List.of(one.flags()));
    }
    try (FaultScene scene =
        new FaultScene(brokers, way, recordings, folder, flags, fault.hashCode())) {
      for (Fault one : faults) {
        for (int i = 0; i < one.count(FULL); i++) {
          one.strike(scene, i);
        }
      }
      scene.finish();
    } catch (AssertionError | RuntimeException e) {
      note(fault + " " + guarantee + " did not end: see " + folder + ": " + e);
      throw e;
    }
    List<Account> accounts = way.accounts();
    accounts.forEach(account -> note(account.line(fault, guarantee)));
    assertThat(accounts).allMatch(Account::isComplete);
    if (guarantee.equals("exactly-once")) {
      assertThat(accounts).allMatch(Account::isExact);
    }
  }
}
