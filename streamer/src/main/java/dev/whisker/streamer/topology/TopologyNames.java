package dev.whisker.streamer.topology;

/**
 * The names of the topology's nodes and stores. The stores' names are also those of their changelog
 * topics: changing one loses state.
 */
final class TopologyNames {
  static final String READINGS = "readings";
  static final String DECODE = "decode";
  static final String WINDOW = "window";
  static final String CLASSIFY = "classify";
  static final String PREDICTIONS = "predictions";
  static final String STATE_CHANGES = "state-changes";
  static final String DEAD_LETTERS = "dead-letters";
  static final String SHADOW = "shadow";

  /** One small record a device: {@link dev.whisker.streamer.state.DeviceState}. */
  static final String DEVICES_STORE = "devices";

  /** The grid points that windows still need: {@link dev.whisker.streamer.state.SampleChunk}. */
  static final String SAMPLES_STORE = "samples";

  /** One small record a device: {@link dev.whisker.streamer.state.LabelState}. */
  static final String LABELS_STORE = "labels";

  /**
   * One record a device where the model carries state, else none: {@link
   * dev.whisker.streamer.state.RecurrentState}.
   */
  static final String RECURRENT_STATES_STORE = "recurrent-states";

  private TopologyNames() {}
}
