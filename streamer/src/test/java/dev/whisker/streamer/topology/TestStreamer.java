package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Channel;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.StateChange;
import dev.whisker.schemas.Topics;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.batch.ReadingBatch;
import dev.whisker.streamer.config.Commits;
import dev.whisker.streamer.config.MetricsChoice;
import dev.whisker.streamer.config.ModelChoice;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.config.StreamerConfig.Guarantee;
import dev.whisker.streamer.config.StreamerConfig.Store;
import dev.whisker.streamer.config.TopicNames;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServedModels;
import dev.whisker.streamer.model.ServingModel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The production topology and configuration under the test driver, with a small vocabulary. */
final class TestStreamer implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  static final List<String> LABELS = List.of("low", "high");
  private static final RecentPoints.Room PLENTY = new RecentPoints.Room(1 << 30);

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Commits commits;
  final ServedModels models;
  private final ValueFormat format;
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> readings;
  private long offset;
  private final TestOutputTopic<String, byte[]> predictions;
  private final TestOutputTopic<String, byte[]> shadows;
  private final TestOutputTopic<String, byte[]> changes;
  private final TestOutputTopic<byte[], byte[]> deadLetters;

  TestStreamer(Manifest manifest) {
    this(manifest, Path.of(System.getProperty("java.io.tmpdir")), Store.MEMORY);
  }

  /** One whose devices' recent points have so much room on the heap. */
  TestStreamer(Manifest manifest, RecentPoints.Room room) {
    this(manifest, new BitClassifier(manifest), Store.MEMORY, Guarantee.EXACTLY_ONCE, room);
  }

  TestStreamer(
      Manifest manifest,
      SequenceClassifier classifier,
      Store store,
      Guarantee guarantee,
      RecentPoints.Room room) {
    this(
        new ServingModel(manifest, classifier),
        ModelChoice.DEFAULT,
        Path.of("unused"),
        store,
        guarantee,
        new JsonFormat(),
        MetricsChoice.DEFAULT,
        room);
  }

  /** None, some or plenty: whatever there is, the predictions are the same. */
  static RecentPoints.Room anyRoom(Random random) {
    return new RecentPoints.Room(new long[] {0, 2_000, 1 << 20}[random.nextInt(3)]);
  }

  TestStreamer(Manifest manifest, MetricsChoice metrics) {
    this(
        serving(manifest),
        ModelChoice.DEFAULT,
        Path.of(System.getProperty("java.io.tmpdir")),
        Store.MEMORY,
        Guarantee.EXACTLY_ONCE,
        new JsonFormat(),
        metrics,
        PLENTY);
  }

  /** A model that says whether the first channel's mean is above 0. */
  static ServingModel serving(Manifest manifest) {
    return new ServingModel(manifest, new BitClassifier(manifest));
  }

  TestStreamer(Manifest manifest, Path stateDir, Store store) {
    this(manifest, new BitClassifier(manifest), stateDir, store);
  }

  TestStreamer(Manifest manifest, SequenceClassifier classifier, Path stateDir, Store store) {
    this(manifest, classifier, stateDir, store, Guarantee.EXACTLY_ONCE);
  }

  TestStreamer(
      Manifest manifest,
      SequenceClassifier classifier,
      Path stateDir,
      Store store,
      Guarantee guarantee) {
    this(new ServingModel(manifest, classifier), ModelChoice.DEFAULT, stateDir, store, guarantee);
  }

  TestStreamer(ServingModel model, ModelChoice choice, Path stateDir, Store store) {
    this(model, choice, stateDir, store, Guarantee.EXACTLY_ONCE);
  }

  /** One whose records are of a format. */
  TestStreamer(Manifest manifest, ValueFormat format) {
    this(
        new ServingModel(manifest, new BitClassifier(manifest)),
        ModelChoice.DEFAULT,
        Path.of(System.getProperty("java.io.tmpdir")),
        Store.MEMORY,
        Guarantee.EXACTLY_ONCE,
        format,
        MetricsChoice.DEFAULT,
        PLENTY);
  }

  private TestStreamer(
      ServingModel model, ModelChoice choice, Path stateDir, Store store, Guarantee guarantee) {
    this(
        model, choice, stateDir, store, guarantee, new JsonFormat(), MetricsChoice.DEFAULT, PLENTY);
  }

  private TestStreamer(
      ServingModel model,
      ModelChoice choice,
      Path stateDir,
      Store store,
      Guarantee guarantee,
      ValueFormat format,
      MetricsChoice metered,
      RecentPoints.Room room) {
    this.format = format;
    StreamerConfig defaults = StreamerConfig.of("localhost:1", stateDir);
    StreamerConfig config =
        new StreamerConfig(
            defaults.bootstrap(),
            Map.of(),
            TopicNames.DEFAULT,
            defaults.format(),
            defaults.topicCreation(),
            choice,
            defaults.applicationId(),
            stateDir,
            store,
            defaults.stateMemoryMb(),
            guarantee,
            1,
            0,
            "onnx",
            3,
            Duration.ZERO,
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            1_000,
            100_000,
            -1,
            defaults.stopTimeout(),
            defaults.failurePolicy(),
            metered);
    Properties properties = config.streamsProperties();
    commits = (Commits) properties.get(Commits.KEY);
    StreamerMetrics metrics = new StreamerMetrics(registry, config.metrics(), Clock.systemUTC());
    StreamerTopology.announce(metrics);
    models = new ServedModels(metrics);
    models.serve(model);
    driver =
        new TopologyTestDriver(
            StreamerTopology.build(config, format, models, room, metrics), properties, NOW);
    readings =
        driver.createInputTopic(
            Topics.READINGS, new ByteArraySerializer(), new ByteArraySerializer());
    predictions =
        driver.createOutputTopic(
            Topics.PREDICTIONS, new StringDeserializer(), new ByteArrayDeserializer());
    shadows =
        driver.createOutputTopic(
            Topics.SHADOW, new StringDeserializer(), new ByteArrayDeserializer());
    changes =
        driver.createOutputTopic(
            Topics.STATE_CHANGES, new StringDeserializer(), new ByteArrayDeserializer());
    deadLetters =
        driver.createOutputTopic(
            Topics.DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The names of the topology's stores. */
  Set<String> stores() {
    return driver.getAllStateStores().keySet();
  }

  static Manifest manifest(WindowSpec spec, String... channels) {
    return new Manifest(
        1,
        "test",
        "v1",
        "2026-01-01T00:00:00Z",
        Arrays.stream(channels).map(name -> new Channel(name, "")).toList(),
        spec,
        1,
        LABELS,
        new Normalizer(
            Arrays.stream(channels).map(name -> 0f).toList(),
            Arrays.stream(channels).map(name -> 1f).toList()),
        1,
        0,
        Smoothing.DEFAULT,
        List.of(),
        null,
        null,
        null,
        Map.of());
  }

  /** The manifest with a threshold, and a filter in the place of votes. */
  static Manifest filtering(WindowSpec spec, double rejectThreshold, String... channels) {
    Markov markov =
        new Markov(
            List.of(List.of(0.95, 0.05), List.of(0.1, 0.9)),
            List.of(0.6, 0.4),
            List.of(0.5, 0.5),
            0.5);
    return manifest(spec, channels)
        .withServing(rejectThreshold, Smoothing.by(markov), List.of(0.5, 0.5));
  }

  void publish(SensorReading reading) {
    publish(reading.device(), format.encode(Topics.READINGS, reading));
  }

  void publish(String key, String json) {
    publish(key, json.getBytes(StandardCharsets.UTF_8));
  }

  void publish(String key, byte[] value) {
    publish(new TestRecord<>(key == null ? null : key.getBytes(StandardCharsets.UTF_8), value));
  }

  void publish(TestRecord<byte[], byte[]> record) {
    pipe(List.of(record));
  }

  /** Publishes readings that one poll brings. */
  void publishTogether(List<SensorReading> together) {
    pipe(
        together.stream()
            .map(
                reading ->
                    new TestRecord<>(
                        reading.device().getBytes(StandardCharsets.UTF_8),
                        format.encode(Topics.READINGS, reading)))
            .toList());
  }

  private void pipe(List<TestRecord<byte[], byte[]>> records) {
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    for (TestRecord<byte[], byte[]> record : records) {
      Instant time = record.getRecordTime() == null ? NOW : record.getRecordTime();
      batch.add(
          new ConsumerRecord<>(
              Topics.READINGS,
              0,
              offset++,
              time.toEpochMilli(),
              TimestampType.CREATE_TIME,
              0,
              0,
              record.key(),
              record.value(),
              record.headers(),
              Optional.empty()));
    }
    readings.pipeInput(
        new TestRecord<>(
            null,
            new byte[0],
            new RecordHeaders(List.of(new ReadingBatch(batch))),
            batch.get(0).timestamp()));
  }

  List<Prediction> predictions() {
    return read(predictions);
  }

  /** What the shadow predicts. */
  List<Prediction> shadows() {
    return read(shadows);
  }

  private List<Prediction> read(TestOutputTopic<String, byte[]> topic) {
    List<Prediction> all = new ArrayList<>();
    for (byte[] value : topic.readValuesToList()) {
      try {
        all.add(format.decodePrediction(value));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  List<StateChange> stateChanges() {
    List<StateChange> all = new ArrayList<>();
    for (byte[] value : changes.readValuesToList()) {
      try {
        all.add(format.decodeStateChange(value));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return deadLetters.readRecordsToList();
  }

  /** Forgets what was published so far, changelogs too, which long runs would pile up. */
  void drain() {
    for (String topic : driver.producedTopicNames()) {
      driver
          .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
          .readRecordsToList();
    }
  }

  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  double count(String meter, String... tags) {
    return registry.get(meter).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
  }

  int stored(String store) {
    return content(store).size();
  }

  /** Everything before an offset is committed; only for at-least-once. */
  void commit(long offset) {
    commits.committed(new TopicPartition(Topics.READINGS, 0), offset);
  }

  /** What a store holds. */
  Map<Bytes, byte[]> content(String store) {
    KeyValueStore<Bytes, byte[]> entries = driver.getKeyValueStore(store);
    Map<Bytes, byte[]> content = new TreeMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = entries.all()) {
      all.forEachRemaining(entry -> content.put(entry.key, entry.value));
    }
    return content;
  }

  /** Puts something into a store. */
  void put(String store, Bytes key, byte[] value) {
    KeyValueStore<Bytes, byte[]> entries = driver.getKeyValueStore(store);
    entries.put(key, value);
  }

  /** Takes everything that another one has stored, as after a restart or a rebalance. */
  void restore(TestStreamer other, String... stores) {
    for (String store : stores) {
      KeyValueStore<Bytes, byte[]> from = other.driver.getKeyValueStore(store);
      KeyValueStore<Bytes, byte[]> to = driver.getKeyValueStore(store);
      try (KeyValueIterator<Bytes, byte[]> all = from.all()) {
        all.forEachRemaining(entry -> to.put(entry.key, entry.value));
      }
    }
  }

  /** Replaces everything that a store holds of a device. */
  void replace(String store, String device, UnaryOperator<byte[]> change) {
    KeyValueStore<Bytes, byte[]> entries = driver.getKeyValueStore(store);
    List<KeyValue<Bytes, byte[]>> changed = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = entries.all()) {
      all.forEachRemaining(
          entry -> {
            // Chunks have binary keys with the device's id in them.
            if (new String(entry.key.get(), StandardCharsets.ISO_8859_1).contains(device)) {
              changed.add(KeyValue.pair(entry.key, change.apply(entry.value)));
            }
          });
    }
    if (changed.isEmpty()) {
      throw new AssertionError("The store " + store + " holds nothing of " + device);
    }
    changed.forEach(entry -> entries.put(entry.key, entry.value));
  }

  /** Empties a store. */
  void forget(String store) {
    KeyValueStore<Bytes, byte[]> entries = driver.getKeyValueStore(store);
    List<Bytes> keys = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = entries.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(entries::delete);
  }

  @Override
  public void close() {
    driver.close();
  }

  /**
   * A network that carries state, {@code [bits, count]}: its probabilities depend on every bit of
   * its window and of all windows before it since it began with zeros.
   */
  static final class MemoryClassifier implements SequenceClassifier {
    private final int values;

    MemoryClassifier(Manifest manifest) {
      values = manifest.window().length() * manifest.channels().size();
    }

    @Override
    public int stateSize() {
      return 2;
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      classify(windows, count, new float[2 * count], probabilities);
    }

    @Override
    public void classify(float[] windows, int count, float[] state, float[] probabilities) {
      for (int i = 0; i < count; i++) {
        int bits = Float.floatToIntBits(state[2 * i]);
        for (int v = 0; v < values; v++) {
          bits = 31 * bits + Float.floatToIntBits(windows[i * values + v]);
        }
        state[2 * i] = (bits & 0xffff) / 65536f;
        state[2 * i + 1]++;
        probabilities[2 * i] = state[2 * i];
        probabilities[2 * i + 1] = 1 - state[2 * i];
      }
    }

    @Override
    public void close() {}
  }

  /**
   * A network whose probabilities depend on every bit of its window, so that equal predictions mean
   * bit-identical windows; the label says whether the first channel's mean is above 0.
   */
  static final class BitClassifier implements SequenceClassifier {
    private final int channels;
    private final int values;

    BitClassifier(Manifest manifest) {
      channels = manifest.channels().size();
      values = manifest.window().length() * channels;
    }

    @Override
    public void classify(float[] windows, int count, float[] probabilities) {
      for (int i = 0; i < count; i++) {
        int bits = 1;
        double sum = 0;
        for (int v = 0; v < values; v++) {
          float value = windows[i * values + v];
          bits = 31 * bits + Float.floatToIntBits(value);
          sum += v % channels == 0 ? value : 0;
        }
        float confidence = 0.75f + (bits & 0xffff) / 65536f / 4.1f;
        probabilities[2 * i] = sum > 0 ? 1 - confidence : confidence;
        probabilities[2 * i + 1] = sum > 0 ? confidence : 1 - confidence;
      }
    }

    @Override
    public void close() {}
  }
}
