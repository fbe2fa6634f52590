package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.sandbox.replay.RecordedReadings;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The readings of recordings, published as far as a test says: whether a test is in the middle of
 * them is then not left to the speed of the machine. For one thread.
 */
final class ReadingFeed implements AutoCloseable {
  private final ReadingPublisher publisher;
  private final RecordedReadings readings;
  private final int all;
  private int published;
  private Future<?> trickling;
  private volatile boolean over;

  /** Publishes nothing yet. */
  ReadingFeed(String bootstrap, String topic, Path data, int samplesPerReading) {
    Recordings recordings = RecordingReader.read(List.of(data));
    RecordedReadings counted = new RecordedReadings(recordings, samplesPerReading, true, 0);
    int count = 0;
    while (counted.hasNext()) {
      var unused = counted.next();
      count++;
    }
    all = count;
    readings = new RecordedReadings(recordings, samplesPerReading, true, 0);
    publisher = new ReadingPublisher(KafkaClients.of(bootstrap), topic);
  }

  /** Publishes at once until so large a share of all readings is published. */
  void publishUpTo(double share) {
    while (readings.hasNext() && published < share * all) {
      publishNext();
    }
    publisher.flush();
  }

  private void publishNext() {
    publisher.publish(readings.next());
    published++;
  }

  /** Publishes evenly from now on, beside what the test does, until {@link #finish}. */
  void trickle(int readingsPerSecond) {
    long pauseNanos = TimeUnit.SECONDS.toNanos(1) / readingsPerSecond;
    trickling =
        ForkJoinPool.commonPool()
            .submit(
                () -> {
                  while (!over && readings.hasNext()) {
                    publishNext();
                    TimeUnit.NANOSECONDS.sleep(pauseNanos);
                  }
                  return null;
                });
  }

  /** Publishes the rest at once; what came evenly must have lasted until now. */
  void finish() throws InterruptedException, ExecutionException {
    assertThat(trickling.isDone()).as("readings have come until now").isFalse();
    over = true;
    trickling.get();
    publishUpTo(1);
  }

  @Override
  public void close() {
    over = true;
    publisher.close();
  }
}
