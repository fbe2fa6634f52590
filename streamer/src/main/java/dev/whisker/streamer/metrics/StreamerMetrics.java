package dev.whisker.streamer.metrics;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Reason;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.MetricsChoice;
import dev.whisker.streamer.state.Fitness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Counts what the topology does. Thread-safe: all stream threads share it. */
public final class StreamerMetrics {
  private static final Duration LONGEST_LATENCY = Duration.ofDays(1);

  private final MeterRegistry registry;
  private final Map<Tags, Counter> predictions = new ConcurrentHashMap<>();
  private final Counter readings;
  private final Counter samples;
  private final Counter late;
  private final Counter duplicates;
  private final Counter gaps;
  private final Counter filled;
  private final Counter windows;
  private final Counter windowsLost;
  private final Counter evicted;
  private final Counter shadowSame;
  private final Counter shadowDifferent;
  private final Counter shadowFailed;
  private final DistributionSummary confidence;
  private final DistributionSummary batchSize;
  private final Timer inference;
  private final Timer latency;
  private final Timer eventLatency;
  private final AtomicLong devices = new AtomicLong();
  private final AtomicLong restoring = new AtomicLong();
  private final Counter restored;
  private final Timer restoreTime;

  private final Map<String, AtomicLong> stableDevices = new ConcurrentHashMap<>();
  private final Duration driftPeriod;
  private final Clock clock;
  private final DeviceView deviceView;

  /** What is told of the model that is served; guarded by this. */
  private final List<Meter> ofModel = new ArrayList<>();

  /** Of the model that is served; null: none yet. */
  private volatile Drift drift;

  /** What is always measured, by the system's clock. */
  public StreamerMetrics(MeterRegistry registry) {
    this(registry, MetricsChoice.DEFAULT, Clock.systemUTC());
  }

  /**
   * Registers every meter, so that a scrape shows it before the first reading: a series that begins
   * at 1 loses its first count in rates. What it knows the tags of only later is registered by
   * {@link #keeps} and {@link #loaded}.
   *
   * @param choice what is measured beyond what always is
   * @param clock by which drift's period slides
   */
  public StreamerMetrics(MeterRegistry registry, MetricsChoice choice, Clock clock) {
    this.registry = registry;
    this.driftPeriod = choice.driftPeriod();
    this.clock = clock;
    this.deviceView = new DeviceView(choice, registry);
    readings = counter(Metric.READINGS);
    samples = counter(Metric.SAMPLES);
    late = counter(Metric.LATE);
    duplicates = counter(Metric.DUPLICATES);
    gaps = counter(Metric.GAPS);
    filled = counter(Metric.FILLED);
    windows = counter(Metric.WINDOWS);
    windowsLost = counter(Metric.WINDOWS_LOST);
    evicted = counter(Metric.EVICTED);
    shadowSame = counter(Metric.SHADOW_AGREEMENT, "outcome", "same");
    shadowDifferent = counter(Metric.SHADOW_AGREEMENT, "outcome", "different");
    shadowFailed = counter(Metric.SHADOW_AGREEMENT, "outcome", "failed");
    for (String outcome : List.of("loaded", "refused", "shadow-loaded", "shadow-refused")) {
      loads(outcome);
    }
    for (Reason reason : Reason.values()) {
      counter(Metric.REFUSED, "reason", reason.code());
    }
    labelled(true);
    labelled(false);
    confidence =
        DistributionSummary.builder(Metric.CONFIDENCE.meterName())
            .description(Metric.CONFIDENCE.description())
            .serviceLevelObjectives(0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
            .register(registry);
    batchSize =
        DistributionSummary.builder(Metric.BATCH_SIZE.meterName())
            .description(Metric.BATCH_SIZE.description())
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
            .register(registry);
    inference = timer(Metric.INFERENCE, Duration.ofNanos(50_000), Duration.ofSeconds(1));
    latency = timer(Metric.LATENCY, Duration.ofMillis(1), Duration.ofMinutes(1));
    eventLatency = timer(Metric.EVENT_LATENCY, Duration.ofMillis(1), Duration.ofMinutes(10));
    Gauge.builder(Metric.DEVICES.meterName(), devices, AtomicLong::get)
        .description(Metric.DEVICES.description())
        .register(registry);
    Gauge.builder(Metric.RESTORING.meterName(), restoring, AtomicLong::get)
        .description(Metric.RESTORING.description())
        .register(registry);
    restored = counter(Metric.RESTORED);
    restoreTime =
        Timer.builder(Metric.RESTORE_TIME.meterName())
            .description(Metric.RESTORE_TIME.description())
            .register(registry);
    threadFailed(true);
    threadFailed(false);
  }

  private Counter counter(Metric metric, String... tags) {
    return Counter.builder(metric.meterName())
        .description(metric.description())
        .tags(tags)
        .register(registry);
  }

  private Timer timer(Metric metric, Duration least, Duration most) {
    return Timer.builder(metric.meterName())
        .description(metric.description())
        .publishPercentileHistogram()
        .minimumExpectedValue(least)
        .maximumExpectedValue(most)
        .register(registry);
  }

  private Counter loads(String outcome) {
    return counter(Metric.MODEL_LOADS, "outcome", outcome);
  }

  private Counter discarded(String store, Fitness fitness) {
    return counter(Metric.STATE_DISCARDED, "store", store, "reason", fitness.code());
  }

  private Counter labelled(boolean right) {
    return counter(Metric.LABELLED, "outcome", right ? "right" : "wrong");
  }

  private Counter threadFailed(boolean replaced) {
    return counter(Metric.THREADS_FAILED, "outcome", replaced ? "replaced" : "ended");
  }

  private Counter predictions(String label, Prediction.Status status, String model) {
    Tags tags = Tags.of("label", label, "status", status.name(), "model", model);
    return predictions.computeIfAbsent(
        tags,
        key ->
            Counter.builder(Metric.PREDICTIONS.meterName())
                .description(Metric.PREDICTIONS.description())
                .tags(key)
                .register(registry));
  }

  /** A reading was accepted. */
  public void accepted(int sampleCount) {
    readings.increment();
    samples.increment(sampleCount);
  }

  /** A reading was refused. */
  public void refused(Reason reason) {
    counter(Metric.REFUSED, "reason", reason.code()).increment();
  }

  /** What the resampler did with a reading's samples. */
  public void resampled(int lateCount, int duplicateCount, int gapCount, int filledCount) {
    if (lateCount > 0) {
      late.increment(lateCount);
    }
    if (duplicateCount > 0) {
      duplicates.increment(duplicateCount);
    }
    if (gapCount > 0) {
      gaps.increment(gapCount);
    }
    if (filledCount > 0) {
      filled.increment(filledCount);
    }
  }

  /** Windows became due. */
  public void due(int windowCount) {
    windows.increment(windowCount);
  }

  /** Windows were due but could not be classified. */
  public void lost(int windowCount) {
    windowsLost.increment(windowCount);
  }

  /** There is a store, of which nothing was discarded so far. */
  public void keeps(String store) {
    for (Fitness fitness : Fitness.values()) {
      if (fitness != Fitness.FITS) {
        discarded(store, fitness);
      }
    }
  }

  /** What a store holds of a device cannot be gone on from. */
  public void discard(String store, Fitness fitness) {
    discarded(store, fitness).increment();
  }

  /** The engine classified a batch. */
  public void classified(int windowCount, long nanos) {
    batchSize.record(windowCount);
    inference.record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * A prediction was made.
   *
   * @param arrivedMillis the timestamp of the record that made its window due
   * @param nowMillis the time now
   */
  public void predicted(Prediction prediction, long arrivedMillis, long nowMillis) {
    predictions(prediction.label(), prediction.status(), prediction.model()).increment();
    confidence.record(prediction.confidence());
    latency.record(Math.max(0, nowMillis - arrivedMillis), TimeUnit.MILLISECONDS);
    long eventMillis = nowMillis - prediction.windowEndMicros() / 1_000;
    // Recordings of long ago are no latency, and a few of them would overflow the timer's sum.
    if (eventMillis < LONGEST_LATENCY.toMillis()) {
      eventLatency.record(Math.max(0, eventMillis), TimeUnit.MILLISECONDS);
    }
    Drift now = drift;
    if (now != null) {
      now.predicted(prediction);
    }
    if (prediction.truth() != null) {
      boolean right = prediction.truth().equals(prediction.label());
      labelled(right).increment();
    }
  }

  /** A device's stable label changed. */
  public void changed(StateChange change) {
    counter(Metric.STATE_CHANGES, "from", change.from(), "to", change.to()).increment();
  }

  /** Whether the streamer reads and classifies is asked for whenever metrics are. */
  public void ready(BooleanSupplier ready) {
    Gauge.builder(Metric.READY.meterName(), () -> ready.getAsBoolean() ? 1 : 0)
        .description(Metric.READY.description())
        .register(registry);
  }

  /** The number of devices with a stable label, or with {@link StateChange#UNKNOWN}, changed. */
  public void stable(String label, long difference) {
    stableDevices(label).addAndGet(difference);
  }

  private AtomicLong stableDevices(String label) {
    return stableDevices.computeIfAbsent(
        label,
        key -> {
          AtomicLong count = new AtomicLong();
          Gauge.builder(Metric.DEVICES_STABLE.meterName(), count::get)
              .description(Metric.DEVICES_STABLE.description())
              .tags("label", key)
              .register(registry);
          return count;
        });
  }

  /**
   * The engine was given windows of a model.
   *
   * @param values {@code [windowCount][length][channels]}, padding is NaN
   */
  public void observed(Manifest manifest, float[] values, int windowCount) {
    Drift now = drift;
    if (now != null && now.isOf(manifest)) {
      now.windows(values, windowCount);
    }
  }

  /** Shows a prediction among its device's own metrics; false: it has none. */
  public boolean shown(Prediction prediction) {
    return deviceView.predicted(prediction);
  }

  /** A device that has metrics of its own is silent, or another instance's from now on. */
  public void gone(String device) {
    deviceView.gone(device);
  }

  /** The number of devices with state changed. */
  public void devices(long difference) {
    devices.addAndGet(difference);
  }

  /** A silent device was evicted. */
  public void evicted() {
    evicted.increment();
  }

  /** A shadow has classified a window that the served model has classified. */
  public void compared(boolean same) {
    (same ? shadowSame : shadowDifferent).increment();
  }

  /** A shadow could not classify some windows. */
  public void shadowFailed(int windowCount) {
    shadowFailed.increment(windowCount);
  }

  /** A model was loaded and runs as the shadow from now on. */
  public void shadowLoaded() {
    loads("shadow-loaded").increment();
  }

  /** A model was not good enough to be served, or to be the shadow. */
  public void modelRefused(boolean asShadow) {
    loads(asShadow ? "shadow-refused" : "refused").increment();
  }

  /** A stream thread failed, and was replaced or ended the streamer. */
  public void failed(boolean replaced) {
    threadFailed(replaced).increment();
  }

  /** So many stores are being restored. */
  public void restoring(long stores) {
    restoring.set(stores);
  }

  /** Records were restored. */
  public void restored(long records) {
    restored.increment(records);
  }

  /** Every store that needed it is restored. */
  public void allRestored(Duration time) {
    restoreTime.record(time);
  }

  /** A model was loaded and is served from now on. */
  public synchronized void loaded(Manifest manifest) {
    loads("loaded").increment();
    for (String label : manifest.labels()) {
      for (Prediction.Status status : Prediction.Status.values()) {
        predictions(label, status, manifest.name());
      }
    }
    for (String label : manifest.labels()) {
      stable(label, 0);
    }
    stable(StateChange.UNKNOWN, 0);
    deviceView.serve(manifest);
    ofModel.forEach(registry::remove);
    ofModel.clear();
    ofModel.add(
        Gauge.builder(Metric.MODEL_INFO.meterName(), () -> 1)
            .description(Metric.MODEL_INFO.description())
            .tags("model", manifest.name(), "version", manifest.version())
            .register(registry));
    drift(manifest);
  }

  /** Drift starts over; without what older bundles do not tell there is none. */
  private void drift(Manifest manifest) {
    Drift next = new Drift(manifest, driftPeriod, clock);
    drift = next;
    if (next.knowsChannels()) {
      for (int c = 0; c < manifest.channels().size(); c++) {
        int channel = c;
        ofModel.add(
            Gauge.builder(Metric.DRIFT.meterName(), () -> next.channel(channel))
                .description(Metric.DRIFT.description())
                .tags("channel", manifest.channels().get(c).name())
                .register(registry));
      }
    }
    if (next.knowsLabels()) {
      ofModel.add(
          Gauge.builder(Metric.DRIFT_LABELS.meterName(), next::labels)
              .description(Metric.DRIFT_LABELS.description())
              .register(registry));
    }
  }
}
