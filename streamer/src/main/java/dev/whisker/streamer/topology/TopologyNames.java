package dev.whisker.streamer.topology;

import java.util.List;

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

  /** All stores. */
  static final List<String> STORES =
      List.of(DEVICES_STORE, SAMPLES_STORE, LABELS_STORE, RECURRENT_STATES_STORE);

  private TopologyNames() {}

  /** The topics that Kafka Streams makes for an application: the changelogs of its stores. */
  static List<String> internalTopics(String applicationId) {
    return STORES.stream().map(store -> applicationId + "-" + store + "-changelog").toList();
  }
}
