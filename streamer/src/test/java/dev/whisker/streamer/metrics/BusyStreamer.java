package dev.whisker.streamer.metrics;

import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.Histogram;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Reason;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.config.MetricsChoice;
import dev.whisker.streamer.state.Fitness;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The metrics of a streamer to which each kind of event has happened. */
public final class BusyStreamer {
  private BusyStreamer() {}

  /** What Prometheus gets from it, all but Kafka's own. */
  public static String scrape() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    StreamerMetrics metrics =
        new StreamerMetrics(
            registry, new MetricsChoice(Duration.ofMinutes(1), 2, List.of()), Clock.systemUTC());
    try (JvmGcMetrics garbage = new JvmGcMetrics()) {
      new JvmMemoryMetrics().bindTo(registry);
      new JvmThreadMetrics().bindTo(registry);
      garbage.bindTo(registry);
      new ProcessorMetrics().bindTo(registry);
      new UptimeMetrics().bindTo(registry);
      keepBusy(metrics);
      return registry.scrape();
    }
  }

  private static void keepBusy(StreamerMetrics metrics) {
    Manifest manifest = manifest();
    metrics.ready(() -> true);
    metrics.loaded(manifest);
    metrics.accepted(10);
    metrics.refused(Reason.UNDECODABLE);
    metrics.resampled(1, 1, 1, 1);
    metrics.due(1);
    metrics.lost(1);
    metrics.discard("devices", Fitness.DAMAGED);
    metrics.classified(1, 1_000_000);
    metrics.observed(manifest, new float[10], 1);
    Prediction prediction = prediction("d1", "low");
    metrics.predicted(prediction, 1_000, 1_020);
    metrics.shown(prediction);
    metrics.changed(
        new StateChange("d1", StateChange.UNKNOWN, "low", 1_000_000, 0.9f, "test", "v1"));
    metrics.devices(1);
    metrics.stable("low", 1);
    metrics.evicted();
    metrics.compared(true);
    metrics.restoring(1);
    metrics.restored(1);
    metrics.allRestored(Duration.ofSeconds(1));
  }

  static Prediction prediction(String device, String label) {
    return new Prediction(
        device,
        0,
        1_000_000,
        label,
        0.9f,
        Map.of("low", 0.9f, "high", 0.1f),
        Prediction.Status.OK,
        label,
        0,
        "test",
        "v1",
        "low");
  }

  /** Of one channel, whose values were below 0 as often as not, and two labels, one rarer. */
  static Manifest manifest() {
    return manifest(List.of(new Histogram(List.of(0f), List.of(0.5f, 0.5f))), List.of(0.75, 0.25));
  }

  static Manifest manifest(List<Histogram> histograms, List<Double> predicted) {
    return new Manifest(
            1,
            "test",
            "v1",
            "2026-01-01T00:00:00Z",
            List.of(new Channel("x", "g")),
            WindowSpec.of(20_000, 10, 5),
            1,
            List.of("low", "high"),
            new Normalizer(List.of(0f), List.of(1f)),
            1,
            0,
            Smoothing.DEFAULT,
            histograms,
            null,
            null,
            null,
            Map.of())
        .withServing(0, Smoothing.DEFAULT, predicted);
  }
}
