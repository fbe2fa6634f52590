package dev.whisker.sandbox.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on a recipe that learns nothing, but quickly. */
class DemoTest {
  private static final DemoRecipe QUICK =
      new DemoRecipe(5, 1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));
  private static final int MACHINES = 3;

  private final StringWriter told = new StringWriter();

  @TempDir private Path folder;

  @Test
  void everyWindowArrivesOnceAsComputedOffline() throws InterruptedException {
    Path keep = folder.resolve("keep");

    DemoReport report = demo(Duration.ofSeconds(3), null, keep, new StopSignal()).run();

    assertThat(report.faults()).isEmpty();
    assertThat(report.isExact()).isTrue();
    assertThat(report.readings()).isEqualTo(MACHINES * 30);
    // Windows of 0.5 s every 0.2 s.
    assertThat(report.windows()).isEqualTo(MACHINES * 13);
    assertThat(report.predictions()).isEqualTo(report.windows());
    assertThat(told.toString()).contains("kcat").contains("/metrics").contains("0 missing");
    assertThat(Bundle.read(keep.resolve("demo.whisker")).manifest().window().length())
        .isEqualTo(DemoRecipe.WINDOW);
  }

  @Test
  void onAClusterItRunsUntilAskedToStopAndLeavesNoTopics() throws Exception {
    StopSignal stop = new StopSignal();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("cluster"), 0);
        Admin admin = KafkaClients.of(broker.bootstrap()).admin()) {
      PrintWriter stopsAtTheFirstPrediction =
          new PrintWriter(told) {
            @Override
            public void println(String line) {
              super.println(line);
              if (line.contains(" machine-")) {
                stop.request();
              }
            }
          };
      Demo demo =
          new Demo(
              new DemoSettings(null, MACHINES, 1, broker.bootstrap(), Map.of(), null),
              QUICK,
              stopsAtTheFirstPrediction,
              Clock.systemUTC(),
              stop);

      DemoReport report = demo.run();

      assertThat(report.faults()).isEmpty();
      assertThat(report.isExact()).isTrue();
      assertThat(report.predictions()).isPositive();
      assertThat(admin.listTopics().names().get())
          .noneMatch(name -> name.startsWith("whisker-demo"));
    }
  }

  @Test
  void aFolderWithSomethingInItIsRefusedBeforeAnythingIsDone() throws Exception {
    Files.createFile(folder.resolve("mine"));

    assertThatThrownBy(() -> demo(null, null, folder, new StopSignal()).run())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("not empty");
  }

  private Demo demo(Duration publishing, String bootstrap, Path keep, StopSignal stop) {
    return new Demo(
        new DemoSettings(publishing, MACHINES, 1, bootstrap, Map.of(), keep),
        QUICK,
        new PrintWriter(told, true),
        Clock.systemUTC(),
        stop);
  }
}
