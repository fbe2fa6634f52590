package dev.whisker.schemas;

/** The default names of the topics; every one of them can be configured. */
public final class Topics {
  /** Where devices publish their readings. */
  public static final String READINGS = "sensor-readings";

  /** Where the streamer publishes one prediction a window. */
  public static final String PREDICTIONS = "predictions";

  /** Where the streamer publishes changes of a device's stable label. */
  public static final String STATE_CHANGES = "state-changes";

  /** Where refused readings go, bytes unchanged, with {@link DeadLetterHeaders}. */
  public static final String DEAD_LETTERS = "whisker-dead-letters";

  /** Where the streamer publishes what a shadow model predicts. */
  public static final String SHADOW = "predictions-shadow";

  /** Where bundles are published to running streamers (compacted). */
  public static final String MODELS = "whisker-models";

  private Topics() {}
}
