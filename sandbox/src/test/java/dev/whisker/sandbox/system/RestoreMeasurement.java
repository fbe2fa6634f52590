package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How long a streamer takes that must read its state from the changelogs; run by its name alone:
 * {@code -Dtest=RestoreMeasurement -Dwhisker.restore=10000x1,10000x4}, devices times readings of
 * 128 samples × 9 channels. Every device has 128 samples in its state from its first reading on.
 */
class RestoreMeasurement {
  private static final int SAMPLES = 128;
  private static final int CHANNELS = 9;
  private static final long T0 = 1_780_000_000_000_000L;
  private static final Pattern DEVICES = Pattern.compile("(?m)^whisker_devices (\\S+)$");
  private static final Pattern READINGS = Pattern.compile("(?m)^whisker_readings_total (\\S+)$");

  static Stream<String> sizes() {
    return Arrays.stream(System.getProperty("whisker.restore", "1000x1").split(","));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void everyDeviceIsRestored(String size, @TempDir Path folder) throws InterruptedException {
    int devices = Integer.parseInt(size.split("x")[0]);
    int rounds = Integer.parseInt(size.split("x")[1]);
    Path model = train(folder);
    try (BrokerProcess broker = new BrokerProcess(JavaProcess.MEASURED, folder)) {
      Path own = WholeWay.folder(folder.resolve("instance"));
      try (StreamerProcess first = start(broker, model, own)) {
        awaitReady(first);
        publish(broker, devices, rounds);
        await()
            .atMost(Duration.ofMinutes(20))
            .pollInterval(Duration.ofSeconds(1))
            .until(
                () -> {
                  assertThat(first.isAlive()).as(first::log).isTrue();
                  return value(first, READINGS) == (double) devices * rounds;
                });
        assertThat(first.stop()).as(first::log).isZero();
      }
      long stateBytes = bytes(own.resolve("state"), ".*");
      double withState = secondsUntilReady(broker, model, own, devices);
      Path empty = WholeWay.folder(folder.resolve("empty"));
      double withoutState = secondsUntilReady(broker, model, empty, devices);
      String line =
          String.format(
              Locale.ROOT,
              "%d devices, %d readings each: ready after %.1f s with its state, %.1f s without;"
                  + " changelogs %d MB, state on disk %d MB",
              devices,
              rounds,
              withState,
              withoutState,
              bytes(folder.resolve("broker"), ".*-changelog-.*\\.log") >> 20,
              stateBytes >> 20);
      System.out.println(line);
      note(line);
    }
  }

  private static StreamerProcess start(BrokerProcess broker, Path model, Path folder) {
    return new StreamerProcess(
        JavaProcess.MEASURED, broker.bootstrap(), model, folder, "--idle", "PT1H");
  }

  private static void awaitReady(StreamerProcess streamer) {
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              assertThat(streamer.isAlive()).as(streamer::log).isTrue();
              return streamer.isReady();
            });
  }

  private static double secondsUntilReady(
      BrokerProcess broker, Path model, Path folder, int devices) throws InterruptedException {
    long start = System.nanoTime();
    try (StreamerProcess streamer = start(broker, model, folder)) {
      awaitReady(streamer);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(value(streamer, DEVICES)).isEqualTo(devices);
      assertThat(streamer.stop()).as(streamer::log).isZero();
      return seconds;
    }
  }

  private static double value(StreamerProcess streamer, Pattern metric) {
    Matcher matcher = metric.matcher(streamer.get("/metrics"));
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  private static void publish(BrokerProcess broker, int devices, int rounds) {
    Random random = new Random(1);
    try (ReadingPublisher publisher =
        new ReadingPublisher(KafkaClients.of(broker.bootstrap()), "sensor-readings")) {
      for (int round = 0; round < rounds; round++) {
        for (int device = 0; device < devices; device++) {
          float[] values = new float[SAMPLES * CHANNELS];
          for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(1_000) / 1_000f;
          }
          publisher.publish(
              new SensorReading(
                  "device-" + device,
                  T0 + round * SAMPLES * 1_000L,
                  OptionalDouble.empty(),
                  new Samples(values, CHANNELS),
                  null));
        }
      }
      publisher.flush();
    }
  }

  /** A small model of windows of 256 samples, a new one every 128. */
  private static Path train(Path folder) {
    StringBuilder csv = new StringBuilder("device,time_ms,a,b,c,d,e,f,g,h,i,label\n");
    for (int device = 0; device < 6; device++) {
      for (int time = 0; time < 2_048; time++) {
        csv.append(device).append(',').append(time);
        for (int channel = 0; channel < CHANNELS; channel++) {
          csv.append(',').append((time * 7 + channel) % 10 * (time / 1_024 + 1));
        }
        csv.append(',').append(time < 1_024 ? "low" : "high").append('\n');
      }
    }
    Path data = folder.resolve("nine.csv");
    Path model = folder.resolve("nine.whisker");
    try {
      Files.writeString(data, csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    WholeWay.trainer(
        "train",
        "--network",
        "dense",
        "--data",
        data,
        "--out",
        model,
        "--window",
        2 * SAMPLES,
        "--hop",
        SAMPLES,
        "--units",
        8,
        "--epochs",
        2);
    return model;
  }

  /** The bytes of all files below a folder whose paths match. */
  private static long bytes(Path folder, String pattern) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toString().matches(pattern))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void note(String line) {
    try {
      Files.write(
          Path.of("target", "restore.txt"),
          List.of(line),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
