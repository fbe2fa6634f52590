package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.command.SandboxCommands;
import dev.whisker.sandbox.system.DashboardQueries.Answer;
import dev.whisker.streamer.model.BundleRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every query of every dashboard, asked of a real Prometheus that scrapes a running streamer during
 * a labelled replay, in which all happens that there is a panel for.
 */
class DashboardQueriesSystemTest {
  private static final Path DASHBOARDS = Path.of("../grafana/dashboards");
  private static final Path RULES = Path.of("../grafana/prometheus/rules");
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void everyQueryOfEveryDashboardHasAnAnswer() throws Exception {
    assumeTrue(PrometheusProcess.isHere(), PrometheusProcess.MISSING);
    Path data = folder.resolve("machines.csv.gz");
    Path first = GeneratedModel.train(data, folder);
    Path second = folder.resolve("second.whisker");
    Bundle bundle = Bundle.read(first);
    Manifest again = bundle.manifest().named(bundle.manifest().name(), "second");
    new Bundle(again, bundle.onnx(), bundle.dl4j()).write(second);
    DashboardQueries queries = new DashboardQueries(DASHBOARDS);
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      WholeWay way = new WholeWay(broker.bootstrap(), "shown", data, first, folder);
      String[] flags = {
        "--shadow", second.toString(), "--device-metrics", "3", "--drift-period", "PT1M"
      };
      try (StreamerProcess streamer = way.startFollower(folder, flags);
          PrometheusProcess prometheus =
              new PrometheusProcess(RULES, metricsPort(streamer), folder)) {
        // Before anything happens, so that what counts begins at 0 for Prometheus as well.
        awaitSample(prometheus, "whisker_ready == 0");
        way.publish(first);
        way.awaitReady(streamer);
        StopSignal enough = new StopSignal();
        Thread replay = new Thread(() -> replay(way, broker.bootstrap(), data, enough));
        replay.start();
        refuse(way, broker.bootstrap());
        awaitSample(prometheus, "sum(whisker_labelled_total) > 100");
        way.publish(second);
        awaitSample(prometheus, "whisker_model_info{version=\"second\"}");

        AtomicReference<List<Answer>> latest = new AtomicReference<>(List.of());
        try {
          await()
              .atMost(LONGEST)
              .pollInterval(Duration.ofSeconds(1))
              .until(
                  () -> {
                    latest.set(queries.ask(prometheus));
                    return unanswered(latest.get()).isEmpty() || !replay.isAlive();
                  });
        } finally {
          print(latest.get());
        }
        assertThat(unanswered(latest.get())).as(streamer::log).isEmpty();
        assertThat(replay.isAlive()).as("asked during the replay").isTrue();
        enough.request();
        replay.join();
        List<String> against = PrometheusProcess.lint(streamer.get("/metrics"));
        System.out.printf(
            "promtool check metrics, beside those of Kafka's clients: %s%n",
            against.stream().filter(line -> !line.startsWith("kafka_")).toList());
        assertThat(against)
            .noneMatch(line -> line.startsWith("whisker_") || line.startsWith("error"));
        assertThat(streamer.stop()).as(streamer::log).isZero();
      }
    }
  }

  private static List<Answer> unanswered(List<Answer> answers) {
    return answers.stream().filter(answer -> answer.samples() == 0).toList();
  }

  private static void print(List<Answer> answers) {
    System.out.printf("%-16s %-36s %7s  %s%n", "dashboard", "panel", "samples", "query");
    for (Answer one : answers) {
      System.out.printf(
          "%-16s %-36s %7d  %s%n",
          one.query().dashboard(),
          one.query().where(),
          one.samples(),
          one.query().expression().replace("job=~\".+\", instance=~\".+\"", "…"));
    }
    System.out.printf(
        "%d queries, %d without an answer%n", answers.size(), unanswered(answers).size());
  }

  private static void replay(WholeWay way, String bootstrap, Path data, StopSignal stop) {
    int exit =
        Cli.run(
            new SandboxCommands(stop),
            "replay",
            "--bootstrap",
            bootstrap,
            "--data",
            data.toString(),
            "--topic-readings",
            way.topic("readings"),
            "--now",
            "--speed",
            "0.15");
    assertThat(exit).isZero();
  }

  /** A reading that is none, and a model that is none. */
  private static void refuse(WholeWay way, String bootstrap) throws Exception {
    byte[] nothing = "nothing".getBytes(StandardCharsets.UTF_8);
    try (Producer<byte[], byte[]> producer = KafkaClients.of(bootstrap).producer()) {
      producer.send(new ProducerRecord<>(way.topic("readings"), nothing, nothing)).get();
      producer.send(BundleRecord.of(way.topic("models"), nothing, "lstm", null)).get();
    }
  }

  private static int metricsPort(StreamerProcess streamer) {
    Pattern port = Pattern.compile("metrics at http://localhost:(\\d+)");
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              assertThat(streamer.isAlive()).as(streamer::log).isTrue();
              return port.matcher(streamer.log()).find();
            });
    Matcher found = port.matcher(streamer.log());
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  private static void awaitSample(PrometheusProcess prometheus, String query) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              JsonNode result = prometheus.ask("query", Map.of("query", query)).path("result");
              return !result.isEmpty();
            });
  }
}
