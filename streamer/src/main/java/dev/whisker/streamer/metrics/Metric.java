package dev.whisker.streamer.metrics;

/** The one list of metrics that the streamer itself makes, by Micrometer's naming. */
public enum Metric {
  /** Readings accepted. */
  READINGS("readings", "Readings accepted"),
  /** Samples in them. */
  SAMPLES("samples", "Samples in accepted readings"),
  /** Readings refused, by {@code reason}. */
  REFUSED("refused", "Readings refused, by reason"),
  /** Samples dropped as late. */
  LATE("late", "Samples dropped because they are older than the grace allows"),
  /** Samples dropped as duplicates. */
  DUPLICATES("duplicates", "Samples dropped because there was one at the same time"),
  /** Windows started over after a gap. */
  GAPS("gaps", "Gaps after which a device's window started over"),
  /** Grid points interpolated. */
  FILLED("filled", "Grid points interpolated between samples"),
  /** Windows due. */
  WINDOWS("windows", "Windows due"),
  /** Windows due that could not be classified. */
  WINDOWS_LOST("windows.lost", "Windows due whose samples are not in the store"),
  /**
   * What stores held of devices and could not be gone on from, by {@code store}, {@code reason}.
   */
  STATE_DISCARDED(
      "state.discarded", "Stored state that could not be gone on from, by store and reason"),
  /** Predictions, by {@code label}, {@code status} and {@code model}. */
  PREDICTIONS("predictions", "Predictions, by label, status and model"),
  /** The predictions' confidence. */
  CONFIDENCE("confidence", "Confidence of predictions, 0 to 1"),
  /** Changes of stable labels, {@code from} and {@code to}. */
  STATE_CHANGES("state.changes", "Changes of devices' stable labels"),
  /** Predictions of windows whose truth is known, by {@code outcome}. */
  LABELLED("labelled", "Predictions of windows whose truth is known, by outcome"),
  /** Devices with state on this instance. */
  DEVICES("devices", "Devices with state on this instance"),
  /** Devices evicted because they were idle. */
  EVICTED("devices.evicted", "Devices evicted because they were silent"),
  /** Time that the engine takes for one batch. */
  INFERENCE("inference", "Time of the engine for one batch"),
  /** Windows in a batch. */
  BATCH_SIZE("batch.size", "Windows given to the engine at once"),
  /** From the reading's record timestamp to its window's prediction. */
  LATENCY("latency", "From the record of a window's last sample to its prediction"),
  /** From the time of the window's last sample to its prediction. */
  EVENT_LATENCY("latency.event", "From the time of a window's last sample to its prediction"),
  /** Always 1, by {@code model} and {@code version}. */
  MODEL_INFO("model.info", "The model that is served; always 1"),
  /** Models loaded, by {@code outcome}. */
  MODEL_LOADS("model.loads", "Models loaded, by outcome"),
  /** What a shadow says beside the served model, by {@code outcome}. */
  SHADOW_AGREEMENT("shadow.agreement", "Windows given to a shadow model, by outcome"),
  /** Stream threads that failed, by {@code outcome}: replaced, or the end of the streamer. */
  THREADS_FAILED("threads.failed", "Stream threads that failed, by outcome"),
  /** Stores that are being restored from their changelog topics. */
  RESTORING("restoring", "Stores that are being restored from their changelogs"),
  /** Records restored from changelog topics. */
  RESTORED("restored", "Records restored from changelogs"),
  /** Time from the first store that needed restoring to the last one restored. */
  RESTORE_TIME("restore.time", "Time until all stores that needed it were restored");

  private final String suffix;
  private final String description;

  Metric(String suffix, String description) {
    this.suffix = suffix;
    this.description = description;
  }

  /** The name in Micrometer, lower-case with dots. */
  public String meterName() {
    return "whisker." + suffix;
  }

  /** One sentence for people. */
  public String description() {
    return description;
  }
}
