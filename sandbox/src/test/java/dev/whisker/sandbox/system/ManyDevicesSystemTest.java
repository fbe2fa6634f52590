package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.command.StreamerCommands;
import dev.whisker.streamer.topology.ClusterAdmin;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As many devices as {@code -Dwhisker.devices=100000} says, each with all but the last sample of a
 * window of 128 samples × 9 channels in the state, in a streamer process with a heap of 2 GB; then
 * that last sample. Tells the heap, the process's memory and the time of each step.
 */
class ManyDevicesSystemTest {
  private static final Logger LOG = LoggerFactory.getLogger(ManyDevicesSystemTest.class);
  private static final int DEVICES = Integer.getInteger("whisker.devices", 1_000);
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final int CHANNELS = 9;
  private static final int LENGTH = 128;
  private static final int[] READINGS = {32, 32, 32, 31, 1};
  private static final long T0 = 1_780_000_000_000_000L;
  private static final long PERIOD_MICROS = 20_000;
  private static final Pattern METRICS = Pattern.compile("metrics at (http://localhost:\\d+)");

  @TempDir private static Path folder;
  private Path log;
  private long startNanos;

  @Test
  void everyDeviceHasItsWindowInBoundedMemory() throws IOException, InterruptedException {
    Path model = model();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      KafkaClients clients = KafkaClients.of(broker.bootstrap());
      try (Admin admin = clients.admin()) {
        ClusterAdmin.ensure(admin, List.of("sensor-readings"), 4, (short) 1);
      }
      startNanos = System.nanoTime();
      Process streamer = start(broker.bootstrap(), model);
      try {
        long samples = 0;
        int from = 0;
        try (ReadingPublisher publisher = new ReadingPublisher(clients, "sensor-readings")) {
          for (int count : READINGS) {
            if (from + count == LENGTH) {
              awaitMetric(streamer, "whisker_samples_total", samples);
              tell("all state there", streamer);
            }
            publish(publisher, from, count);
            from += count;
            samples += (long) DEVICES * count;
          }
        }
        awaitMetric(streamer, "whisker_samples_total", samples);
        awaitMetric(streamer, "whisker_windows_total", DEVICES);
        assertThat(metric("whisker_windows_lost_total")).isZero();
        assertThat(metric("whisker_devices")).isEqualTo(DEVICES);
        tell("all windows classified", streamer);
        streamer.destroy();
        assertThat(streamer.waitFor(120, TimeUnit.SECONDS)).as(this::log).isTrue();
        assertThat(streamer.exitValue()).as(this::log).isZero();
      } finally {
        streamer.destroyForcibly();
      }
    }
  }

  /** Trained on noise for one epoch: only its shape matters. */
  private static Path model() throws IOException {
    Path data = folder.resolve("noise.csv");
    Random random = new Random(1);
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(data, StandardCharsets.UTF_8))) {
      out.println("device,time_ms,a,b,c,d,e,f,g,h,i,label");
      for (int device = 0; device < 6; device++) {
        for (int i = 0; i < 1_000; i++) {
          out.print("d" + device + "," + i * PERIOD_MICROS / 1_000);
          for (int c = 0; c < CHANNELS; c++) {
            out.print("," + (float) random.nextGaussian());
          }
          out.println(i % 500 < 250 ? ",low" : ",high");
        }
      }
    }
    Path model = folder.resolve("noise.whisker");
    WholeWay.trainer(
        "train",
        "--network",
        "lstm",
        "--data",
        data,
        "--out",
        model,
        "--window",
        LENGTH,
        "--hop",
        LENGTH / 2,
        "--units",
        8,
        "--epochs",
        1);
    return model;
  }

  private Process start(String bootstrap, Path model) throws IOException {
    log = folder.resolve("streamer.log");
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx2g",
            "-cp",
            System.getProperty("java.class.path"),
            StreamerCommands.class.getName(),
            "stream",
            "--bootstrap",
            bootstrap,
            "--model",
            model.toString(),
            "--state-dir",
            folder.resolve("state").toString(),
            "--idle",
            "PT2H",
            "--metrics-port",
            "0")
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void publish(ReadingPublisher publisher, int from, int count) {
    Random random = new Random(from);
    for (int device = 0; device < DEVICES; device++) {
      float[] values = new float[count * CHANNELS];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      publisher.publish(
          new SensorReading(
              "device-" + device,
              T0 + from * PERIOD_MICROS,
              OptionalDouble.of(PERIOD_MICROS),
              new Samples(values, CHANNELS),
              null));
    }
    publisher.flush();
  }

  private void awaitMetric(Process streamer, String name, long least) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              assertThat(streamer.isAlive()).as(this::log).isTrue();
              return metric(name) >= least;
            });
  }

  private void tell(String step, Process streamer) throws IOException {
    String status =
        Files.readAllLines(Path.of("/proc", Long.toString(streamer.pid()), "status")).stream()
            .filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
            .reduce("", (all, line) -> all + line.replaceAll("\\s+", " ") + ", ");
    LOG.info(
        "{} devices, {} after {} s: heap {} MB, {}state on disk {} MB",
        DEVICES,
        step,
        (System.nanoTime() - startNanos) / 1_000_000_000,
        (long) metric("jvm_memory_used_bytes\\{area=\"heap\".*") >> 20,
        status,
        size(folder.resolve("state")) >> 20);
  }

  private static long size(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  /** The sum of all samples of a metric; 0 as long as there is none. */
  private double metric(String name) {
    double sum = 0;
    Matcher line =
        Pattern.compile("^" + name + "(?:\\{.*)? (\\S+)$", Pattern.MULTILINE).matcher(metrics());
    while (line.find()) {
      sum += Double.parseDouble(line.group(1));
    }
    return sum;
  }

  private String metrics() {
    Matcher address = METRICS.matcher(log());
    if (!address.find()) {
      return "";
    }
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(address.group(1) + "/metrics")).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }
}
