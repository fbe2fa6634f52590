package dev.whisker.schemas;

import java.util.Objects;

/**
 * One record of the state-changes topic: the moment at which a device's stable label changed.
 *
 * @param device the device id
 * @param from a label, {@link #UNKNOWN} or {@link #STALE}
 * @param to a label, {@link #UNKNOWN} or {@link #STALE}
 * @param timeMicros time of the last sample of the window that decided it (for {@link #STALE}: of
 *     the device's last sample), microseconds since 1970-01-01T00:00Z
 * @param confidence the confidence of the window that decided it, 0 to 1; 0 for {@link #STALE}
 * @param model the model's name
 * @param modelVersion the model's version
 */
public record StateChange(
    String device,
    String from,
    String to,
    long timeMicros,
    float confidence,
    String model,
    String modelVersion) {

  /** The state of a device that has no stable label yet. */
  public static final String UNKNOWN = "UNKNOWN";

  /** The state of a device that has been silent for longer than the idle time. */
  public static final String STALE = "STALE";

  /** Checks that everything is there. */
  public StateChange {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(modelVersion, "modelVersion");
  }
}
