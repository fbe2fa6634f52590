package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes readings at given rates, one phase after the other, while another thread subscribes to
 * the predictions, and tells how long each window took. Used once.
 */
final class LiveLoad {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_START = Duration.ofSeconds(120);
  private static final Duration LONGEST_END = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final long TICK_NANOS = 2_000_000;

  private final BenchCluster cluster;
  private final Fleet fleet;
  private final StopSignal stop;

  /** When the reading that completes a window was published, by device and window; 0: it is not. */
  private final AtomicLongArray[] sentNanos;

  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong arrived = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();

  /** What the other thread finds; done before the end only if it fails. */
  private Future<List<Way>> ways;

  /** How often a device had its turn. */
  private long published;

  LiveLoad(BenchCluster cluster, Fleet fleet, StopSignal stop) {
    this.cluster = cluster;
    this.fleet = fleet;
    this.stop = stop;
    this.sentNanos = new AtomicLongArray[fleet.devices()];
  }

  /**
   * For some time at a rate.
   *
   * @param windowsPerSecond windows that are completed a second
   */
  record Phase(double windowsPerSecond, Duration time) {}

  /**
   * What a phase showed.
   *
   * @param windowsPerSecond the rate that was really published at
   * @param windows how many were completed in it
   * @param late how many of them had no prediction in the end
   * @param cpuMicros the processor time of the contender for each of them, in microseconds
   * @param stolen the share of the processors' time that the host gave to others; null where nobody
   *     knows
   */
  record Result(
      double windowsPerSecond,
      long windows,
      long late,
      double medianMillis,
      double p99Millis,
      double cpuMicros,
      Double stolen) {}

  /**
   * A window's way.
   *
   * @param sentNanos when the reading that completes it was published
   * @param nanos how long it took from there
   */
  private record Way(long sentNanos, long nanos) {}

  /**
   * Runs all phases.
   *
   * @param readingsTopic what the contender reads
   * @param warmUp comes first and is forgotten
   * @return a result for each of the others
   */
  List<Result> run(Runs.Run contender, String readingsTopic, Phase warmUp, List<Phase> phases)
      throws InterruptedException {
    double windows =
        Stream.concat(Stream.of(warmUp), phases.stream())
            .mapToDouble(p -> p.windowsPerSecond() * p.time().toMillis() / 1e3)
            .sum();
    // Twice as many as are asked for: who is late makes up for it.
    int most = (int) (2 * windows / fleet.devices()) + 64;
    Arrays.setAll(sentNanos, device -> new AtomicLongArray(most));
    KafkaClients live =
        new KafkaClients(cluster.bootstrap(), Map.of(ProducerConfig.LINGER_MS_CONFIG, "0"));
    ExecutorService subscriber = Executors.newSingleThreadExecutor();
    try (Producer<byte[], byte[]> producer = live.producer()) {
      ways = subscriber.submit(() -> subscribe(contender.predictions()));
      begin(producer, contender, readingsTopic);
      var unused = run(producer, contender, readingsTopic, warmUp);
      List<Span> spans = new ArrayList<>();
      for (Phase phase : phases) {
        spans.add(run(producer, contender, readingsTopic, phase));
      }
      ended.set(true);
      List<Way> all = ways();
      return spans.stream().map(span -> span.result(all)).toList();
    } finally {
      ended.set(true);
      subscriber.shutdownNow();
    }
  }

  private Span run(Producer<byte[], byte[]> producer, Runs.Run contender, String topic, Phase phase)
      throws InterruptedException {
    long before = sent.get();
    HostTime host = HostTime.now();
    long cpu = contender.process().cpuNanos();
    long start = System.nanoTime();
    publish(producer, contender, topic, phase);
    Span span =
        new Span(
            start,
            System.nanoTime(),
            sent.get() - before,
            contender.process().cpuNanos() - cpu,
            HostTime.stolen(host, HostTime.now()));
    // What is late in one phase must not wait in front of the next one.
    producer.flush();
    boolean unused = awaitPredictions(contender, LONGEST_END);
    return span;
  }

  /** Publishes a window of each device and waits for the predictions: the contender is there. */
  private void begin(Producer<byte[], byte[]> producer, Runs.Run contender, String topic)
      throws InterruptedException {
    long first = fleet.devices() * fleet.turns(1);
    while (published < first) {
      send(producer, topic);
    }
    producer.flush();
    if (!awaitPredictions(contender, LONGEST_START)) {
      throw contender
          .process()
          .failure("has not answered within " + LONGEST_START.toSeconds() + " s");
    }
  }

  /** Waits for the predictions of all that was published; whether all are there. */
  private boolean awaitPredictions(Runs.Run contender, Duration longest)
      throws InterruptedException {
    long start = System.nanoTime();
    while (arrived.get() < sent.get()) {
      contender.process().requireAlive();
      if (ways.isDone()) {
        var unused = ways();
      }
      if (System.nanoTime() - start > longest.toNanos()) {
        return false;
      }
      if (stop.await(LOOK)) {
        throw ChildProcess.stopped();
      }
    }
    return true;
  }

  private void publish(
      Producer<byte[], byte[]> producer, Runs.Run contender, String topic, Phase phase)
      throws InterruptedException {
    double readingsPerNano =
        phase.windowsPerSecond() * fleet.model().hop() / fleet.readings().samples() / 1e9;
    long start = System.nanoTime();
    long before = published;
    for (long now = start; now - start < phase.time().toNanos(); now = System.nanoTime()) {
      contender.process().requireAlive();
      if (stop.isRequested()) {
        throw ChildProcess.stopped();
      }
      long due = before + (long) ((now - start) * readingsPerNano);
      while (published < due) {
        send(producer, topic);
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
  }

  private void send(Producer<byte[], byte[]> producer, String topic) {
    int device = (int) (published % fleet.devices());
    long number = fleet.reading(published / fleet.devices(), device);
    published++;
    if (number < 0) {
      return;
    }
    byte[] json = fleet.readings().json(device, number);
    long before = fleet.model().windows(number * fleet.readings().samples());
    long after = fleet.model().windows((number + 1) * fleet.readings().samples());
    long now = System.nanoTime();
    for (long window = before; window < after; window++) {
      if (window >= sentNanos[device].length()) {
        throw new CommandFailure(
            "The benchmark has published more than it meant to: window "
                + window
                + " of device "
                + device);
      }
      sentNanos[device].set((int) window, now);
      sent.incrementAndGet();
    }
    var unused = producer.send(new ProducerRecord<>(topic, BenchReadings.key(device), json));
  }

  private List<Way> subscribe(String predictions) throws IOException {
    List<Way> ways = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = cluster.clients().consumer();
        JsonFormat format = new JsonFormat()) {
      consumer.assign(BenchCluster.partitions(predictions));
      consumer.seekToBeginning(BenchCluster.partitions(predictions));
      while (!ended.get()) {
        var records = consumer.poll(POLL);
        long now = System.nanoTime();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          Prediction prediction = format.decodePrediction(record.value());
          long samples =
              (prediction.windowEndMicros() - BenchReadings.BEGIN_MILLIS * 1_000)
                      / ModelShape.PERIOD_MICROS
                  + 1;
          int window = (int) fleet.model().windows(samples) - 1;
          long sentAt = sentNanos[BenchReadings.device(prediction.device())].get(window);
          ways.add(new Way(sentAt, now - sentAt));
        }
        arrived.addAndGet(records.count());
      }
    }
    return ways;
  }

  /**
   * When a phase was.
   *
   * @param windows how many were completed in it
   * @param cpuNanos the processor time of the contender in it
   * @param stolen as in {@link Result}
   */
  private record Span(long fromNanos, long toNanos, long windows, long cpuNanos, Double stolen) {
    Result result(List<Way> ways) {
      double[] millis =
          ways.stream()
              .filter(way -> way.sentNanos() >= fromNanos && way.sentNanos() < toNanos)
              .mapToDouble(way -> way.nanos() / 1e6)
              .sorted()
              .toArray();
      return new Result(
          windows * 1e9 / (toNanos - fromNanos),
          windows,
          Math.max(0, windows - millis.length),
          quantile(millis, 0.5),
          quantile(millis, 0.99),
          cpuNanos / 1e3 / windows,
          stolen);
    }

    /** Those that are late are left out. */
    private static double quantile(double[] sorted, double share) {
      if (sorted.length == 0) {
        throw new CommandFailure("No prediction arrived while the latency was measured");
      }
      return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
  }

  private List<Way> ways() throws InterruptedException {
    try {
      return ways.get();
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "The predictions cannot be read: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
