package dev.whisker.streamer.metrics;

import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Reason;
import dev.whisker.streamer.state.Fitness;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one list of metrics that the streamer itself makes, by Micrometer's naming. {@code
 * docs/metrics.md} is made from it.
 */
public enum Metric {
  /** Whether it reads and classifies. */
  READY(
      "ready", Kind.GAUGE, "0 or 1", "Whether the streamer reads and classifies, as /health/ready"),
  /** Readings accepted. */
  READINGS("readings", Kind.COUNTER, "readings", "Readings accepted"),
  /** Samples in them. */
  SAMPLES("samples", Kind.COUNTER, "samples", "Samples in accepted readings"),
  /** Readings refused, by {@code reason}. */
  REFUSED(
      "refused",
      Kind.COUNTER,
      "readings",
      "Readings refused, by reason",
      new Tag("reason", codes(Arrays.stream(Reason.values()).map(Reason::code).toList()))),
  /** Samples dropped as late. */
  LATE(
      "late",
      Kind.COUNTER,
      "samples",
      "Samples dropped because they are older than the grace allows"),
  /** Samples dropped as duplicates. */
  DUPLICATES(
      "duplicates",
      Kind.COUNTER,
      "samples",
      "Samples dropped because there was one at the same time"),
  /** Windows started over after a gap. */
  GAPS("gaps", Kind.COUNTER, "gaps", "Gaps after which a device's window started over"),
  /** Grid points interpolated. */
  FILLED("filled", Kind.COUNTER, "grid points", "Grid points interpolated between samples"),
  /** Windows due. */
  WINDOWS("windows", Kind.COUNTER, "windows", "Windows due"),
  /** Windows due that could not be classified. */
  WINDOWS_LOST(
      "windows.lost", Kind.COUNTER, "windows", "Windows due whose samples are not in the store"),
  /**
   * What stores held of devices and could not be gone on from, by {@code store}, {@code reason}.
   */
  STATE_DISCARDED(
      "state.discarded",
      Kind.COUNTER,
      "records",
      "Stored state that could not be gone on from, by store and reason",
      new Tag("store", codes(List.of("devices", "samples", "labels", "recurrent-states"))),
      new Tag(
          "reason",
          codes(
              Arrays.stream(Fitness.values())
                  .filter(fitness -> fitness != Fitness.FITS)
                  .map(Fitness::code)
                  .toList()))),
  /** Predictions, by {@code label}, {@code status} and {@code model}. */
  PREDICTIONS(
      "predictions",
      Kind.COUNTER,
      "windows",
      "Predictions, by label, status and model",
      Tag.LABEL,
      new Tag(
          "status",
          codes(Arrays.stream(Prediction.Status.values()).map(Prediction.Status::name).toList())),
      Tag.MODEL),
  /** The predictions' confidence. */
  CONFIDENCE("confidence", Kind.HISTOGRAM, "0 to 1", "Confidence of predictions, 0 to 1"),
  /** Changes of stable labels, {@code from} and {@code to}. */
  STATE_CHANGES(
      "state.changes",
      Kind.COUNTER,
      "changes",
      "Changes of devices' stable labels",
      new Tag("from", "the models' classes, `UNKNOWN`"),
      new Tag("to", "the models' classes, `STALE`")),
  /** Predictions of windows whose truth is known, by {@code outcome}. */
  LABELLED(
      "labelled",
      Kind.COUNTER,
      "windows",
      "Predictions of windows whose truth is known, by outcome",
      new Tag("outcome", codes(List.of("right", "wrong")))),
  /** Devices with state on this instance. */
  DEVICES("devices", Kind.GAUGE, "devices", "Devices with state on this instance"),
  /** Devices by stable {@code label}. */
  DEVICES_STABLE(
      "devices.stable",
      Kind.GAUGE,
      "devices",
      "Devices on this instance that were classified, by stable label",
      new Tag("label", "the models' classes, `UNKNOWN`")),
  /** Devices evicted because they were idle. */
  EVICTED("devices.evicted", Kind.COUNTER, "devices", "Devices evicted because they were silent"),
  /** Time that the engine takes for one batch. */
  INFERENCE("inference", Kind.TIMER, "seconds", "Time of the engine for one batch"),
  /** Windows in a batch. */
  BATCH_SIZE("batch.size", Kind.HISTOGRAM, "windows", "Windows given to the engine at once"),
  /** From the reading's record timestamp to its window's prediction. */
  LATENCY(
      "latency",
      Kind.TIMER,
      "seconds",
      "From the record of a window's last sample to its prediction"),
  /** From the time of the window's last sample to its prediction. */
  EVENT_LATENCY(
      "latency.event",
      Kind.TIMER,
      "seconds",
      "From the time of a window's last sample to its prediction"),
  /** Always 1, by {@code model} and {@code version}. */
  MODEL_INFO(
      "model.info",
      Kind.GAUGE,
      "1",
      "The model that is served; always 1",
      Tag.MODEL,
      new Tag("version", "the served model's version")),
  /** Models loaded, by {@code outcome}. */
  MODEL_LOADS(
      "model.loads",
      Kind.COUNTER,
      "models",
      "Models loaded, by outcome",
      new Tag("outcome", codes(List.of("loaded", "refused", "shadow-loaded", "shadow-refused")))),
  /** What a shadow says beside the served model, by {@code outcome}. */
  SHADOW_AGREEMENT(
      "shadow.agreement",
      Kind.COUNTER,
      "windows",
      "Windows given to a shadow model, by outcome",
      new Tag("outcome", codes(List.of("same", "different", "failed")))),
  /** How the values of a {@code channel} differ from those of the training. */
  DRIFT(
      "drift.psi",
      Kind.GAUGE,
      "population stability index",
      "How the channel's values differ from the training's; below 0.1 little, above 0.25 much",
      new Tag("channel", "the served model's channels")),
  /** How the predicted classes' shares differ from those of the training. */
  DRIFT_LABELS(
      "drift.labels",
      Kind.GAUGE,
      "population stability index",
      "How the predicted classes' shares differ from the training's"),
  /** Stream threads that failed, by {@code outcome}: replaced, or the end of the streamer. */
  THREADS_FAILED(
      "threads.failed",
      Kind.COUNTER,
      "threads",
      "Stream threads that failed, by outcome",
      new Tag("outcome", codes(List.of("replaced", "ended")))),
  /** Stores that are being restored from their changelog topics. */
  RESTORING(
      "restoring", Kind.GAUGE, "stores", "Stores that are being restored from their changelogs"),
  /** Records restored from changelog topics. */
  RESTORED("restored", Kind.COUNTER, "records", "Records restored from changelogs"),
  /** Time from the first store that needed restoring to the last one restored. */
  RESTORE_TIME(
      "restore.time", Kind.TIMER, "seconds", "Time until all stores that needed it were restored"),
  /** Whether a class is the stable one of a {@code device}, by {@code label}. */
  DEVICE_STATE(
      "device.state",
      Kind.GAUGE,
      "0 or 1",
      "Whether the label is the device's stable one; with --device-metrics",
      Tag.DEVICE,
      new Tag("label", "the served model's classes")),
  /** The confidence of a {@code device}'s latest prediction. */
  DEVICE_CONFIDENCE(
      "device.confidence",
      Kind.GAUGE,
      "0 to 1",
      "Confidence of the device's latest prediction; with --device-metrics",
      Tag.DEVICE),
  /** The time of the last sample of a {@code device}'s latest window. */
  DEVICE_WINDOW(
      "device.window.timestamp",
      Kind.GAUGE,
      "seconds",
      "Time of the last sample that was classified, since 1970; with --device-metrics",
      Tag.DEVICE);

  /** How a metric behaves, and with it which series Prometheus gets. */
  public enum Kind {
    /** Only grows; {@code _total} in Prometheus. */
    COUNTER,
    /** Grows and shrinks. */
    GAUGE,
    /** Counts by value; {@code _bucket}, {@code _count}, {@code _sum} and {@code _max}. */
    HISTOGRAM,
    /** As a histogram, of times. */
    TIMER
  }

  /**
   * What a metric's series differ by.
   *
   * @param name in Micrometer and in Prometheus
   * @param values all that it can be, for people, in Markdown; none of them grows with the devices
   *     unless it says so
   */
  public record Tag(String name, String values) {
    private static final Tag LABEL = new Tag("label", "the models' classes");
    private static final Tag MODEL = new Tag("model", "the served models' names");
    private static final Tag DEVICE =
        new Tag("device", "the devices that `--device-metrics` names or has room for");
  }

  private final String suffix;
  private final Kind kind;
  private final String unit;
  private final String description;
  private final List<Tag> tags;

  Metric(String suffix, Kind kind, String unit, String description, Tag... tags) {
    this.suffix = suffix;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
    this.tags = List.of(tags);
  }

  private static String codes(List<String> values) {
    return values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
  }

  /** The name in Micrometer, lower-case with dots. */
  public String meterName() {
    return "whisker." + suffix;
  }

  /** How it behaves. */
  public Kind kind() {
    return kind;
  }

  /** What its value counts or is measured in. */
  public String unit() {
    return unit;
  }

  /** One sentence for people. */
  public String description() {
    return description;
  }

  /** What its series differ by. */
  public List<Tag> tags() {
    return tags;
  }
}
