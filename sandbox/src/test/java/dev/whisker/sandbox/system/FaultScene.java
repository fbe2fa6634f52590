package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.sandbox.replay.RecordedReadings;
import dev.whisker.trainer.recording.Recordings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Where faults strike: brokers, streamers with state of their own, and readings that are published
 * evenly until the last fault is over, the rest of them at once. Draws from one seed.
 */
final class FaultScene implements AutoCloseable {
  private static final int SAMPLES_PER_READING = 25;
  private static final int READINGS_PER_SECOND = 100;

  /** However long brokers take to come back, nothing is given up. */
  private static final Map<String, String> PATIENT =
      Map.of(
          ProducerConfig.MAX_BLOCK_MS_CONFIG, "600000",
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "600000");

  private final BrokerCluster brokers;
  private final WholeWay way;
  private final Path folder;
  private final List<String> flags;
  private final Random random;
  private final Map<Integer, StreamerProcess> streamers = new TreeMap<>();
  private final List<StreamerProcess> started = new ArrayList<>();
  private final Future<?> publishing;
  private volatile boolean over;

  FaultScene(
      BrokerCluster brokers,
      WholeWay way,
      Recordings recordings,
      Path folder,
      List<String> flags,
      long seed)
      throws InterruptedException {
    this.brokers = brokers;
    this.way = way;
    this.folder = folder;
    this.flags = flags;
    this.random = new Random(seed);
    start(0);
    awaitReady(0);
    publishing = ForkJoinPool.commonPool().submit(() -> publish(recordings));
  }

  private void publish(Recordings recordings) {
    RecordedReadings readings = new RecordedReadings(recordings, SAMPLES_PER_READING, true, 0);
    try (ReadingPublisher publisher =
        new ReadingPublisher(
            new KafkaClients(brokers.bootstrap(), PATIENT), way.topic("readings"))) {
      long nextNanos = System.nanoTime();
      while (readings.hasNext()) {
        publisher.publish(readings.next());
        nextNanos += TimeUnit.SECONDS.toNanos(1) / READINGS_PER_SECOND;
        long waitNanos = nextNanos - System.nanoTime();
        if (!over && waitNanos > 0) {
          TimeUnit.NANOSECONDS.sleep(waitNanos);
        }
      }
      publisher.flush();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The faults that have struck are all; waits until every window has its prediction. */
  void finish() throws InterruptedException {
    assertReadingsCome();
    over = true;
    start(0);
    awaitPublished();
    way.awaitEveryWindow();
    for (StreamerProcess streamer : streamers.values()) {
      assertThat(streamer.stop()).as(streamer::log).isZero();
    }
    for (StreamerProcess streamer : started) {
      assertThat(streamer.log()).doesNotContain("cannot be classified");
    }
  }

  private void awaitPublished() {
    try {
      publishing.get();
    } catch (ExecutionException e) {
      throw new AssertionError("The readings could not be published", e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  BrokerCluster brokers() {
    return brokers;
  }

  /** Starts an instance, if it does not run. */
  void start(int instance) {
    StreamerProcess before = streamers.get(instance);
    if (before != null) {
      assertThat(before.isAlive()).as("it has ended by itself: %s", before.log()).isTrue();
      return;
    }
    StreamerProcess streamer =
        way.startStreamerIn(
            WholeWay.folder(folder.resolve("instance-" + instance)), flags.toArray(String[]::new));
    streamers.put(instance, streamer);
    started.add(streamer);
  }

  /** Kills an instance as {@code kill -9} does. */
  void kill(int instance) throws InterruptedException {
    StreamerProcess streamer = streamers.remove(instance);
    assertThat(streamer.isAlive()).as("it has ended by itself: %s", streamer.log()).isTrue();
    streamer.kill();
  }

  /** Stops an instance cleanly. */
  void stop(int instance) throws InterruptedException {
    StreamerProcess streamer = streamers.remove(instance);
    assertThat(streamer.stop()).as(streamer::log).isZero();
  }

  void awaitReady(int instance) {
    way.awaitReady(streamers.get(instance));
  }

  /** Waits for predictions that were not there yet. */
  void awaitProgress() {
    assertReadingsCome();
    try {
      way.awaitProgress();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "There came no more predictions; readings are "
              + (publishing.isDone() ? "all published" : "still published")
              + "; what every instance said is in "
              + folder,
          e);
    }
  }

  private void assertReadingsCome() {
    if (publishing.isDone()) {
      awaitPublished();
    }
    assertThat(publishing.isDone()).as("the faults strike while readings come").isFalse();
  }

  /** Lets up to some time pass. */
  void pause(int mostMillis) throws InterruptedException {
    pause(0, mostMillis);
  }

  /** Lets some time pass. */
  void pause(int leastMillis, int mostMillis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(leastMillis + random.nextInt(mostMillis - leastMillis));
  }

  /**
   * Makes the predictions topic, and no other, one that takes nothing: it needs all brokers, of
   * which one stands still; or lets it take records again.
   */
  void refusePredictions(boolean refuse) throws InterruptedException {
    if (refuse) {
      requireReplicas(3);
      brokers.suspend();
    } else {
      brokers.resume();
      requireReplicas(2);
    }
  }

  private void requireReplicas(int replicas) throws InterruptedException {
    ConfigEntry entry =
        new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(replicas));
    try (Admin admin = KafkaClients.of(brokers.bootstrap()).admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, way.topic("predictions")),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    over = true;
    started.forEach(StreamerProcess::close);
    publishing.cancel(true);
  }
}
