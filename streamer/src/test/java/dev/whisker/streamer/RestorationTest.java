package dev.whisker.streamer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.streamer.metrics.StreamerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestorationTest {
  private static final TopicPartition DEVICES = new TopicPartition("devices", 0);
  private static final TopicPartition SAMPLES = new TopicPartition("samples", 0);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Restoration restoration = new Restoration(new StreamerMetrics(registry));

  @Test
  void progressIsToldWhileStoresAreRestored() {
    assertThat(restoration.progress()).isEmpty();
    restoration.onRestoreStart(DEVICES, "devices", 0, 100);
    restoration.onRestoreStart(SAMPLES, "samples", 50, 250);
    restoration.onBatchRestored(SAMPLES, "samples", 120, 70);
    assertThat(restoration.progress())
        .hasValue("restoring stores, 0 of 2 done, about 230 records to go");
    assertThat(registry.get("whisker.restoring").gauge().value()).isEqualTo(2);

    restoration.onBatchRestored(DEVICES, "devices", 100, 100);
    restoration.onRestoreEnd(DEVICES, "devices", 100);
    assertThat(restoration.progress())
        .hasValue("restoring stores, 1 of 2 done, about 130 records to go");

    restoration.onBatchRestored(SAMPLES, "samples", 250, 130);
    restoration.onRestoreEnd(SAMPLES, "samples", 200);
    assertThat(restoration.progress()).isEmpty();
    assertThat(registry.get("whisker.restoring").gauge().value()).isZero();
    assertThat(registry.get("whisker.restored").counter().count()).isEqualTo(300);
    assertThat(registry.get("whisker.restore.time").timer().count()).isEqualTo(1);
  }

  @Test
  void aStoreThatIsTakenAwayHoldsNothingUp() {
    restoration.onRestoreStart(DEVICES, "devices", 0, 100);
    restoration.onRestoreSuspended(DEVICES, "devices", 10);
    assertThat(restoration.progress()).isEmpty();
    restoration.onRestoreStart(SAMPLES, "samples", 0, 7);
    assertThat(restoration.progress())
        .hasValue("restoring stores, 0 of 1 done, about 7 records to go");
  }
}
