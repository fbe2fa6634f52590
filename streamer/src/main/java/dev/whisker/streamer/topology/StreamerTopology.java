package dev.whisker.streamer.topology;

import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.batch.ReadingBatch;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.TopicNames;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServedModels;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology:
 *
 * <pre>
 *   readings -> decode -> window -> classify -> predictions
 *                 |       (devices,  (labels,
 *                 |        samples)   recurrent-states)-> state-changes
 *                 +-> dead-letters               -> shadow's predictions, if there is one
 * </pre>
 *
 * <p>What goes along the arrows is a batch of readings and what it leads to: decision 9.
 */
public final class StreamerTopology {
  private StreamerTopology() {}

  /** Makes the meters of the topology's stores known before there is a topology. */
  public static void announce(StreamerMetrics metrics) {
    TopologyNames.STORES.forEach(metrics::keeps);
  }

  /**
   * Builds the topology; it depends on nothing but the arguments.
   *
   * @param format of the values, which the caller closes after the topology
   * @param models has a model to serve before the topology runs
   */
  public static Topology build(
      StreamerConfig config, ValueFormat format, ServedModels models, StreamerMetrics metrics) {
    return build(config, format, models, RecentPoints.Room.ofHeap(), metrics);
  }

  static Topology build(
      StreamerConfig config,
      ValueFormat format,
      ServedModels models,
      RecentPoints.Room room,
      StreamerMetrics metrics) {
    TopicNames topics = config.topics();
    Topology topology =
        new Topology(new TopologyConfig(new StreamsConfig(config.streamsProperties())));
    topology.addSource(
        TopologyNames.READINGS,
        new ByteArrayDeserializer(),
        new ReadingBatch.Reader(),
        topics.readings());
    topology.addProcessor(
        TopologyNames.DECODE,
        () -> new DecodeProcessor(config, format, models, metrics),
        TopologyNames.READINGS);
    topology.addProcessor(
        TopologyNames.WINDOW,
        () -> new WindowProcessor(models, config.idle(), room, metrics),
        TopologyNames.DECODE);
    topology.addProcessor(
        TopologyNames.CLASSIFY,
        () -> new ClassifyProcessor(models, config.maxBatch(), metrics),
        TopologyNames.WINDOW);
    // Rewritten by every reading: the cache spares the changelog what a commit would overwrite.
    topology.addStateStore(
        store(config, TopologyNames.DEVICES_STORE).withCachingEnabled(), TopologyNames.WINDOW);
    topology.addStateStore(
        store(config, TopologyNames.SAMPLES_STORE).withCachingDisabled(), TopologyNames.WINDOW);
    topology.addStateStore(
        store(config, TopologyNames.LABELS_STORE).withCachingEnabled(), TopologyNames.CLASSIFY);
    // Always there, so that a stateful model needs no other topology than the one before it.
    topology.addStateStore(
        store(config, TopologyNames.RECURRENT_STATES_STORE).withCachingEnabled(),
        TopologyNames.CLASSIFY);
    topology.addSink(
        TopologyNames.PREDICTIONS,
        topics.predictions(),
        new StringSerializer(),
        (Serializer<Prediction>) format::encode,
        TopologyNames.CLASSIFY);
    if (config.models().hasShadow()) {
      topology.addSink(
          TopologyNames.SHADOW,
          topics.shadow(),
          new StringSerializer(),
          (Serializer<Prediction>) format::encode,
          TopologyNames.CLASSIFY);
    }
    topology.addSink(
        TopologyNames.STATE_CHANGES,
        topics.stateChanges(),
        new StringSerializer(),
        (Serializer<StateChange>) format::encode,
        TopologyNames.CLASSIFY);
    topology.addSink(
        TopologyNames.DEAD_LETTERS,
        topics.deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        TopologyNames.DECODE);
    return topology;
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(
      StreamerConfig config, String name) {
    KeyValueBytesStoreSupplier supplier =
        switch (config.store()) {
          case ROCKSDB -> Stores.persistentKeyValueStore(name);
          case MEMORY -> Stores.inMemoryKeyValueStore(name);
        };
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray());
  }
}
