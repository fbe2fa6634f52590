package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.GridConsumer;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.ResamplerState;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServedModels;
import dev.whisker.streamer.model.ServingModel;
import dev.whisker.streamer.state.DeviceState;
import dev.whisker.streamer.state.Fitness;
import dev.whisker.streamer.state.Rewindable;
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
 * <p>Being due follows from the stored state alone, so a crash between two commits loses no window:
 * the state goes back to the commit, by Kafka's transactions or, without them, by what {@link
 * Rewindable} keeps; chunks that it needs there are kept as well.
 */
final class WindowProcessor implements Processor<String, SensorReading, String, DeviceEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(WindowProcessor.class);
  private static final Duration LONGEST_CHECK_INTERVAL = Duration.ofMinutes(1);

  /** More at once would hold up the other devices, and grow the transaction. */
  private static final int MOST_EVICTED = 5_000;

  private static final Duration SOON = Duration.ofMillis(100);

  private final ServedModels models;
  private final StreamerMetrics metrics;
  private final Duration shortestIdle;
  private final GridConsumer grid = new ChunkWriter();

  /** The model that the following belong to. */
  private ServingModel model;

  private WindowSpec spec;
  private Duration idle;
  private int layout;
  private Resampler resampler;

  /** The grid points of the current reading that are not stored yet. */
  private GridBuffer fresh;

  /** Stored and fresh points, for windows that are due. */
  private GridBuffer assembled;

  /** For what a crash would go back to. */
  private Resampler committed;

  private final List<Long> due = new ArrayList<>();

  private final RareWarnings warnings = new RareWarnings(LOG, this::nowMillis);
  private final DiscardedState discarded;

  private ProcessorContext<String, DeviceEvent> context;
  private KeyValueStore<Bytes, byte[]> devices;
  private KeyValueStore<Bytes, byte[]> samples;
  private CommitFrontier frontier;
  private long startedMillis;
  private long knownDevices;

  /** Null: there was no rest. */
  private Cancellable evictionOfRest;

  private String device;
  private SampleKey key;
  private Rewindable before;
  private boolean gapped;
  private long recordMillis;
  private int filled;
  private int gaps;

  WindowProcessor(ServedModels models, Duration idle, StreamerMetrics metrics) {
    this.models = models;
    this.metrics = metrics;
    this.shortestIdle = idle;
    this.discarded = new DiscardedState(metrics, warnings);
  }

  /** Goes on with the windows of a model, between two records. */
  private void adopt(ServingModel served) {
    if (served == model) {
      return;
    }
    model = served;
    Manifest manifest = served.manifest();
    spec = manifest.window();
    idle = longer(shortestIdle, spec);
    layout = DeviceState.layout(manifest);
    int channels = manifest.channels().size();
    resampler = new Resampler(spec, channels);
    committed = new Resampler(spec, channels);
    fresh = new GridBuffer(spec, channels);
    assembled = new GridBuffer(spec, channels);
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
    frontier = new CommitFrontier(context);
    startedMillis = context.currentSystemTimeMs();
    try (KeyValueIterator<Bytes, byte[]> all = devices.all()) {
      all.forEachRemaining(entry -> knownDevices++);
    }
    metrics.devices(knownDevices);
    Duration interval = shortestIdle.dividedBy(4);
    context.schedule(
        interval.compareTo(LONGEST_CHECK_INTERVAL) < 0
            ? Duration.ofMillis(Math.max(1, interval.toMillis()))
            : LONGEST_CHECK_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        this::evictSilent);
  }

  @Override
  public void process(Record<String, SensorReading> record) {
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
      accept(record);
    }
  }

  private void accept(Record<String, SensorReading> record) {
    SensorReading reading = record.value();
    frontier.advance();
    byte[] stored = devices.get(deviceKey(record.key()));
    if (stored == null) {
      knownDevices++;
      metrics.devices(1);
    }
    enter(record.key(), frontier.read(stored), record.timestamp());
    if (frontier.mayHaveLeftChunks(stored)) {
      forgetUncommitted();
    }
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
        frontier.write(
            before, DeviceState.write(layout, context.currentSystemTimeMs(), resampler.state())));
    metrics.resampled(late, duplicates, gaps, filled);
  }

  /** Makes the resampler that of a device. */
  private void enter(String id, Rewindable record, long timestampMillis) {
    device = id;
    key = new SampleKey(id);
    before = record;
    recordMillis = timestampMillis;
    gaps = 0;
    filled = 0;
    gapped = false;
    byte[] state = record.state();
    if (state == null) {
      resampler.state().clear();
    } else {
      Fitness fitness = DeviceState.read(state, layout, resampler.state());
      if (fitness != Fitness.FITS) {
        discarded.tell(TopologyNames.DEVICES_STORE, fitness, device);
        deleteChunks();
      }
    }
    fresh.reset(resampler.state().beginMicros(), resampler.state().next());
    due.clear();
  }

  /** Deletes the chunks of readings that a crash has left behind and that are read again now. */
  private void forgetUncommitted() {
    byte[] from =
        resampler.state().begun()
            ? key.chunk(resampler.state().beginMicros(), resampler.state().next())
            : key.first();
    delete(from, key.last());
  }

  /** Forwards what is due, stores the fresh points that are still needed, deletes what is not. */
  private void settle() {
    long needed = spec.earliestNeeded(fresh.end());
    if (!due.isEmpty() || gapped) {
      forwardDue();
      deleteUnneeded(needed);
    }
    int from = (int) Math.min(Math.max(0, needed - fresh.first()), fresh.count());
    if (from < fresh.count()) {
      samples.put(
          Bytes.wrap(key.chunk(fresh.beginMicros(), fresh.first() + from)),
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
      assemble(start);
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
    assemble(0);
    if (assembled.first() > 0) {
      tellLost(1);
      return;
    }
    metrics.due(1);
    context.forward(
        new Record<>(
            device, new DeviceEvent.WindowsDue(List.of(assembled.padded())), recordMillis));
  }

  /**
   * The stored points that reach up to the fresh ones without a hole, then those.
   *
   * @param start the first point that is needed; more may come before it
   */
  private void assemble(long start) {
    List<KeyValue<Bytes, byte[]>> stored = new ArrayList<>();
    long first = fresh.first();
    if (start < first) {
      long begin = fresh.beginMicros();
      try (KeyValueIterator<Bytes, byte[]> chunks =
          samples.reverseRange(
              Bytes.wrap(key.chunk(begin, 0)), Bytes.wrap(key.chunk(begin, first - 1)))) {
        while (first > start && chunks.hasNext()) {
          KeyValue<Bytes, byte[]> chunk = chunks.next();
          long point = SampleKey.point(chunk.key.get());
          if (point + SampleChunk.points(chunk.value) != first) {
            discarded.tell(TopologyNames.SAMPLES_STORE, SampleChunk.form(chunk.value), device);
            break;
          }
          stored.add(chunk);
          first = point;
        }
      }
    }
    assembled.reset(fresh.beginMicros(), first);
    for (int i = stored.size() - 1; i >= 0; i--) {
      Fitness fitness = SampleChunk.appendTo(assembled, stored.get(i).value);
      if (fitness != Fitness.FITS) {
        discarded.tell(TopologyNames.SAMPLES_STORE, fitness, device);
        long next = i == 0 ? fresh.first() : SampleKey.point(stored.get(i - 1).key.get());
        assembled.reset(fresh.beginMicros(), next);
      }
    }
    assembled.append(fresh);
  }

  /** A tripwire: chunks are kept as long as they are needed, so none should be missing. */
  private void tellLost(int count) {
    metrics.lost(count);
    warnings.warn(
        "windows lost",
        () ->
            count
                + " window(s) of device "
                + device
                + " cannot be classified: some of their samples are not in the store. State could"
                + " not be read, its changelog topic has lost records, or two instances have"
                + " written to it");
  }

  /**
   * Deletes the chunks, oldest first, that no window needs any more, neither from now on nor from
   * the commit on that a crash would go back to.
   *
   * @param needed the earliest point that is needed from now on
   */
  private void deleteUnneeded(long needed) {
    byte[] base = frontier.base(before);
    ResamplerState kept = committed.state();
    if (base == null || DeviceState.read(base, layout, kept) != Fitness.FITS) {
      kept.clear();
    }
    List<Bytes> unneeded = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> chunks = chunks(key.first(), key.last())) {
      while (chunks.hasNext()) {
        KeyValue<Bytes, byte[]> chunk = chunks.next();
        long begin = SampleKey.beginMicros(chunk.key.get());
        long end = SampleKey.point(chunk.key.get()) + SampleChunk.points(chunk.value);
        boolean neededNow =
            begin > fresh.beginMicros() || begin == fresh.beginMicros() && end > needed;
        boolean neededAgain =
            kept.begun() && begin == kept.beginMicros() && end > spec.earliestNeeded(kept.next());
        if (neededNow || neededAgain) {
          break;
        }
        unneeded.add(chunk.key);
      }
    }
    unneeded.forEach(samples::delete);
  }

  /** Deletes all chunks of the device. */
  private void deleteChunks() {
    delete(key.first(), key.last());
  }

  private void delete(byte[] from, byte[] to) {
    List<Bytes> keys = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> chunks = chunks(from, to)) {
      chunks.forEachRemaining(chunk -> keys.add(chunk.key));
    }
    keys.forEach(samples::delete);
  }

  private KeyValueIterator<Bytes, byte[]> chunks(byte[] from, byte[] to) {
    return samples.range(Bytes.wrap(from), Bytes.wrap(to));
  }

  private long nowMillis() {
    return context.currentSystemTimeMs();
  }

  private static Bytes deviceKey(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }

  private void evictSilent(long nowMillis) {
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
      evictAllSilent(nowMillis);
    }
  }

  private void evictAllSilent(long nowMillis) {
    List<KeyValue<Bytes, byte[]>> silent = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = devices.all()) {
      while (all.hasNext() && silent.size() < MOST_EVICTED) {
        KeyValue<Bytes, byte[]> entry = all.next();
        // A device cannot have been heard while this instance was not running.
        byte[] state = Rewindable.read(entry.value).state();
        long heard = Math.max(startedMillis, DeviceState.lastSeenMillis(state));
        if (nowMillis - heard >= idle.toMillis() && !frontier.isAhead(entry.value)) {
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

  private void evict(String id, byte[] record, long nowMillis) {
    frontier.advance();
    enter(id, Rewindable.read(record), nowMillis);
    resampler.flush(grid);
    settle();
    forwardPadded();
    metrics.resampled(0, 0, gaps, filled);
    long lastMicros =
        resampler.state().begun()
            ? resampler.state().lastMicros()
            : 1_000 * lastSeenMillis(before.state(), nowMillis);
    deleteChunks();
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
        gapped = true;
        forwardDue();
        forwardPadded();
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
