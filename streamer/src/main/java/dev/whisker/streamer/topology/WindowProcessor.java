package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.GridConsumer;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.state.DeviceState;
import dev.whisker.streamer.state.Fitness;
import dev.whisker.streamer.state.SampleChunk;
import dev.whisker.streamer.state.SampleKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings to due windows. Every reading adds one chunk with its new grid points to the samples
 * store and rewrites the device's small state; a window is put together from the chunks when it is
 * due, and chunks that no later window needs are deleted then. What a reading costs does not depend
 * on the window's length.
 *
 * <p>Being due follows from the stored state alone, so a crash between two commits loses no window.
 */
final class WindowProcessor implements Processor<String, SensorReading, String, DeviceEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(WindowProcessor.class);
  private static final Duration LONGEST_CHECK_INTERVAL = Duration.ofMinutes(1);

  /** More at once would hold up the other devices, and grow the transaction. */
  private static final int MOST_EVICTED = 5_000;

  private static final Duration SOON = Duration.ofMillis(100);

  private final StreamerMetrics metrics;
  private final WindowSpec spec;
  private final Duration idle;
  private final int layout;
  private final Resampler resampler;
  private final GridConsumer grid = new ChunkWriter();

  /** The grid points of the current reading that are not stored yet. */
  private final GridBuffer fresh;

  /** Stored and fresh points, for windows that are due. */
  private final GridBuffer assembled;

  private final List<Long> due = new ArrayList<>();

  private final RareWarnings warnings = new RareWarnings(LOG, this::nowMillis);

  private ProcessorContext<String, DeviceEvent> context;
  private KeyValueStore<Bytes, byte[]> devices;
  private KeyValueStore<Bytes, byte[]> samples;
  private long startedMillis;
  private long knownDevices;

  /** Null: there was no rest. */
  private Cancellable evictionOfRest;

  private String device;
  private SampleKey key;
  private long recordMillis;
  private int filled;
  private int gaps;

  WindowProcessor(Manifest manifest, Duration idle, StreamerMetrics metrics) {
    this.metrics = metrics;
    this.spec = manifest.window();
    this.idle = longer(idle, spec);
    this.layout = DeviceState.layout(manifest);
    int channels = manifest.channels().size();
    this.resampler = new Resampler(spec, channels);
    this.fresh = new GridBuffer(spec, channels);
    this.assembled = new GridBuffer(spec, channels);
  }

  /** A device is not silent as long as its window could go on. */
  private static Duration longer(Duration idle, WindowSpec spec) {
    Duration gap =
        Duration.of(
            (long) (spec.maxGapPeriods() * spec.periodMicros()) + spec.graceMicros(),
            ChronoUnit.MICROS);
    return gap.compareTo(idle) > 0 ? gap : idle;
  }

  @Override
  public void init(ProcessorContext<String, DeviceEvent> processorContext) {
    context = processorContext;
    devices = context.getStateStore(TopologyNames.DEVICES_STORE);
    samples = context.getStateStore(TopologyNames.SAMPLES_STORE);
    startedMillis = context.currentSystemTimeMs();
    try (KeyValueIterator<Bytes, byte[]> all = devices.all()) {
      all.forEachRemaining(entry -> knownDevices++);
    }
    metrics.devices(knownDevices);
    Duration interval = idle.dividedBy(4);
    context.schedule(
        interval.compareTo(LONGEST_CHECK_INTERVAL) < 0
            ? Duration.ofMillis(Math.max(1, interval.toMillis()))
            : LONGEST_CHECK_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        this::evictSilent);
  }

  @Override
  public void process(Record<String, SensorReading> record) {
    SensorReading reading = record.value();
    enter(record.key(), record.timestamp());
    Samples values = reading.samples();
    int late = 0;
    int duplicates = 0;
    for (int i = 0; i < values.count(); i++) {
      long timeMicros = reading.timeMicros(i, spec.periodMicros());
      int offset = i * values.channels();
      switch (resampler.accept(timeMicros, values.values(), offset, reading.label(), grid)) {
        case ACCEPTED, ACCEPTED_AFTER_GAP -> {}
        case DUPLICATE -> duplicates++;
        case LATE -> late++;
      }
    }
    settle();
    devices.put(
        deviceKey(device),
        DeviceState.write(layout, context.currentSystemTimeMs(), resampler.state()));
    metrics.resampled(late, duplicates, gaps, filled);
  }

  /** Makes the resampler that of a device. */
  private void enter(String id, long timestampMillis) {
    device = id;
    key = new SampleKey(id);
    recordMillis = timestampMillis;
    gaps = 0;
    filled = 0;
    byte[] state = devices.get(deviceKey(id));
    if (state == null) {
      resampler.state().clear();
      knownDevices++;
      metrics.devices(1);
    } else {
      Fitness fitness = DeviceState.read(state, layout, resampler.state());
      if (fitness != Fitness.FITS) {
        discarded(TopologyNames.DEVICES_STORE, fitness);
        deleteChunks(Long.MAX_VALUE);
      }
    }
    fresh.reset(resampler.state().beginMicros(), resampler.state().next());
    due.clear();
  }

  private void discarded(String store, Fitness fitness) {
    metrics.discarded(store, fitness.code());
    warnings.warn(
        store + " " + fitness.code(),
        () ->
            "What the store "
                + store
                + " holds of device "
                + device
                + " cannot be gone on from ("
                + fitness.code()
                + "); its windows start over");
  }

  /** Forwards what is due, stores the fresh points that are still needed, deletes what is not. */
  private void settle() {
    long needed = spec.earliestNeeded(fresh.end());
    if (!due.isEmpty()) {
      forwardDue();
      deleteChunks(needed);
    }
    int from = (int) Math.min(Math.max(0, needed - fresh.first()), fresh.count());
    if (from < fresh.count()) {
      samples.put(
          Bytes.wrap(key.chunk(fresh.first() + from)),
          SampleChunk.write(fresh, from, fresh.count()));
    }
  }

  private void forwardDue() {
    if (due.isEmpty()) {
      return;
    }
    long start = due.get(0) - (spec.length() - 1);
    GridBuffer source = fresh;
    if (start < fresh.first()) {
      assemble();
      source = assembled;
    }
    List<Window> windows = new ArrayList<>(due.size());
    for (long point : due) {
      if (point - (spec.length() - 1) >= source.first()) {
        windows.add(source.endingAt(point));
      }
    }
    metrics.due(windows.size());
    if (windows.size() < due.size()) {
      tellLost(due.size() - windows.size());
    }
    due.clear();
    if (windows.isEmpty()) {
      return;
    }
    context.forward(new Record<>(device, new DeviceEvent.WindowsDue(windows), recordMillis));
  }

  /** The stretch has ended: if it was too short for a window, it is one that is padded. */
  private void forwardPadded() {
    if (!spec.isPadded(fresh.end())) {
      return;
    }
    assemble();
    if (assembled.first() > 0) {
      tellLost(1);
      return;
    }
    metrics.due(1);
    context.forward(
        new Record<>(
            device, new DeviceEvent.WindowsDue(List.of(assembled.padded())), recordMillis));
  }

  /** The stored points that reach up to the fresh ones without a hole, then those. */
  private void assemble() {
    assembled.reset(fresh.beginMicros(), fresh.first());
    try (KeyValueIterator<Bytes, byte[]> chunks = chunks()) {
      while (chunks.hasNext()) {
        KeyValue<Bytes, byte[]> chunk = chunks.next();
        long point = SampleKey.point(chunk.key.get());
        if (point >= fresh.first()) {
          break;
        }
        if (point != assembled.end()) {
          assembled.reset(fresh.beginMicros(), point);
        }
        Fitness fitness = SampleChunk.appendTo(assembled, chunk.value);
        if (fitness != Fitness.FITS) {
          discarded(TopologyNames.SAMPLES_STORE, fitness);
        }
      }
    }
    if (assembled.end() != fresh.first()) {
      assembled.reset(fresh.beginMicros(), fresh.first());
    }
    assembled.append(fresh);
  }

  /** The stores are written at different moments, so a crash without transactions can tear them. */
  private void tellLost(int count) {
    metrics.lost(count);
    warnings.warn(
        "windows lost",
        () ->
            count
                + " window(s) of device "
                + device
                + " cannot be classified: some of their samples are lost, by a crash under"
                + " at-least-once or with state that could not be read. Under exactly-once a crash"
                + " loses none");
  }

  /** Deletes the stored chunks that hold only points before the given one. */
  private void deleteChunks(long before) {
    List<Bytes> keys = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> chunks = chunks()) {
      while (chunks.hasNext()) {
        keys.add(chunks.next().key);
      }
    }
    for (int i = 0; i < keys.size(); i++) {
      // A chunk ends where the next one begins; the last one ends where the fresh points begin.
      long end = i + 1 < keys.size() ? SampleKey.point(keys.get(i + 1).get()) : fresh.first();
      if (before == Long.MAX_VALUE || end <= before) {
        samples.delete(keys.get(i));
      }
    }
  }

  private KeyValueIterator<Bytes, byte[]> chunks() {
    return samples.range(Bytes.wrap(key.chunk(0)), Bytes.wrap(key.chunk(Long.MAX_VALUE)));
  }

  private long nowMillis() {
    return context.currentSystemTimeMs();
  }

  private static Bytes deviceKey(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }

  private void evictSilent(long nowMillis) {
    List<KeyValue<Bytes, byte[]>> silent = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = devices.all()) {
      while (all.hasNext() && silent.size() < MOST_EVICTED) {
        KeyValue<Bytes, byte[]> entry = all.next();
        // A device cannot have been heard while this instance was not running.
        long heard = Math.max(startedMillis, DeviceState.lastSeenMillis(entry.value));
        if (nowMillis - heard >= idle.toMillis()) {
          silent.add(entry);
        }
      }
    }
    for (KeyValue<Bytes, byte[]> entry : silent) {
      evict(new String(entry.key.get(), StandardCharsets.UTF_8), entry.value, nowMillis);
    }
    if (silent.size() == MOST_EVICTED && evictionOfRest == null) {
      evictionOfRest = context.schedule(SOON, PunctuationType.WALL_CLOCK_TIME, this::evictSilent);
    } else if (silent.size() < MOST_EVICTED && evictionOfRest != null) {
      evictionOfRest.cancel();
      evictionOfRest = null;
    }
  }

  private void evict(String id, byte[] state, long nowMillis) {
    enter(id, nowMillis);
    resampler.flush(grid);
    settle();
    forwardPadded();
    metrics.resampled(0, 0, gaps, filled);
    long lastMicros =
        resampler.state().begun()
            ? resampler.state().lastMicros()
            : 1_000 * lastSeenMillis(state, nowMillis);
    deleteChunks(Long.MAX_VALUE);
    devices.delete(deviceKey(id));
    knownDevices--;
    metrics.devices(-1);
    metrics.evicted();
    context.forward(new Record<>(id, new DeviceEvent.WentSilent(lastMicros), recordMillis));
  }

  /** When a device was last heard; now if its state does not tell. */
  private static long lastSeenMillis(byte[] state, long nowMillis) {
    long heard = DeviceState.lastSeenMillis(state);
    return heard == 0 ? nowMillis : heard;
  }

  @Override
  public void close() {
    metrics.devices(-knownDevices);
    knownDevices = 0;
    warnings.close();
  }

  /** Collects the fresh grid points and the windows that they make due. */
  private final class ChunkWriter implements GridConsumer {
    @Override
    public void begin(long timeMicros) {
      if (fresh.end() > 0) {
        gaps++;
        forwardDue();
        forwardPadded();
        deleteChunks(Long.MAX_VALUE);
      }
      fresh.reset(timeMicros, 0);
    }

    @Override
    public void point(long point, float[] values, int offset, boolean isFilled, String label) {
      fresh.append(values, offset, isFilled, label);
      filled += isFilled ? 1 : 0;
      if (spec.isDue(point)) {
        due.add(point);
      }
    }
  }
}
