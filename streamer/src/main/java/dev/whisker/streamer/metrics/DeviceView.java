package dev.whisker.streamer.metrics;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.schemas.Prediction;
import dev.whisker.streamer.config.MetricsChoice;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Metrics of single devices, for as many as the configuration has room for: the first ones that are
 * classified on this instance, or those that it names. A device that is gone makes room. No device
 * is asked for twice, so the rest costs one look-up a prediction. Thread-safe.
 */
final class DeviceView {
  private static final double MICROS_PER_SECOND = 1e6;

  private final MeterRegistry registry;
  private final Set<String> named;
  private final int room;
  private final Map<String, Device> devices = new HashMap<>();
  private List<String> labels = List.of();

  DeviceView(MetricsChoice choice, MeterRegistry registry) {
    this.registry = registry;
    this.named = Set.copyOf(choice.devices());
    this.room = choice.room();
  }

  /** What is served from now on; the devices' series begin anew if its labels are others. */
  synchronized void serve(Manifest manifest) {
    if (!labels.equals(manifest.labels())) {
      labels = manifest.labels();
      List.copyOf(devices.keySet()).forEach(this::gone);
    }
  }

  /** Shows a prediction if its device is shown; false: it is not. */
  boolean predicted(Prediction prediction) {
    return room > 0 && show(prediction);
  }

  private synchronized boolean show(Prediction prediction) {
    String id = prediction.device();
    Device device = devices.get(id);
    if (device == null) {
      if (devices.size() >= room || !named.isEmpty() && !named.contains(id)) {
        return false;
      }
      device = new Device();
      devices.put(id, device);
      register(id, device);
    }
    device.stableLabel = prediction.stableLabel();
    device.confidence = prediction.confidence();
    device.windowEndMicros = prediction.windowEndMicros();
    return true;
  }

  private void register(String id, Device device) {
    for (String label : labels) {
      device.meters.add(
          Gauge.builder(
                  Metric.DEVICE_STATE.meterName(), () -> label.equals(device.stableLabel) ? 1 : 0)
              .description(Metric.DEVICE_STATE.description())
              .tags("device", id, "label", label)
              .register(registry));
    }
    device.meters.add(
        Gauge.builder(Metric.DEVICE_CONFIDENCE.meterName(), () -> device.confidence)
            .description(Metric.DEVICE_CONFIDENCE.description())
            .tags("device", id)
            .register(registry));
    device.meters.add(
        Gauge.builder(
                Metric.DEVICE_WINDOW.meterName(), () -> device.windowEndMicros / MICROS_PER_SECOND)
            .description(Metric.DEVICE_WINDOW.description())
            .baseUnit("seconds")
            .tags("device", id)
            .register(registry));
  }

  /** A device is silent, or with another instance from now on. */
  synchronized void gone(String id) {
    Device device = devices.remove(id);
    if (device != null) {
      device.meters.forEach(registry::remove);
    }
  }

  /** The latest of one device. */
  private static final class Device {
    private final List<Meter> meters = new ArrayList<>();
    private volatile String stableLabel;
    private volatile float confidence;
    private volatile long windowEndMicros;
  }
}
