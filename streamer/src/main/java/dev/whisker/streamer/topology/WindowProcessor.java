package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.GridConsumer;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.ResamplerState;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * Batches of readings to due windows, those of a device together. A device's part of a batch adds
 * one chunk with its new grid points to the samples store and rewrites the device's small state. A
 * window that is due is a view on the device's {@link RecentPoints}, or put together from the
 * chunks where they are not at hand. Chunks that no later window needs are deleted, a few with each
 * batch. What a reading costs does not depend on the window's length. Due windows of many devices
 * go on together, within the batch: none waits across a commit.
 *
 * <p>Being due follows from the stored state alone, so a crash between two commits loses no window:
 * the state goes back to the commit, by Kafka's transactions or, without them, by what {@link
 * Rewindable} keeps; chunks that it needs there are kept as well.
 */
final class WindowProcessor implements Processor<Object, AcceptedReadings, Object, DeviceEvents> {
  private static final Logger LOG = LoggerFactory.getLogger(WindowProcessor.class);
  private static final Duration LONGEST_CHECK_INTERVAL = Duration.ofMinutes(1);

  /** More at once would hold up the other devices, and grow the transaction. */
  private static final int MOST_EVICTED = 5_000;

  private static final Duration SOON = Duration.ofMillis(100);

  /**
   * Of a device in one batch, which adds a chunk at most. A commit makes many chunks superfluous at
   * once, and the readings behind it would wait for all of them.
   */
  private static final int MOST_DELETED = 2;

  /** Due windows that are held for the others of their batch. */
  private static final int MOST_DUE = 256;

  /** Values in the buffers that due windows are views on: 16 MB. */
  private static final int MOST_DUE_VALUES = 1 << 22;

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

  private BufferPool buffers;
  private final RecentPoints recent;

  /** For what a crash would go back to. */
  private Resampler committed;

  /** What goes on to the next step together. */
  private final List<DeviceEvent> outbox = new ArrayList<>();

  private int dueWindows;

  private final RareWarnings warnings = new RareWarnings(LOG, this::nowMillis);
  private final DiscardedState discarded;

  private ProcessorContext<Object, DeviceEvents> context;
  private KeyValueStore<Bytes, byte[]> devices;
  private KeyValueStore<Bytes, byte[]> samples;
  private CommitFrontier frontier;
  private long startedMillis;
  private long knownDevices;

  /** Null: there was no rest. */
  private Cancellable evictionOfRest;

  /** The current device. */
  private String device;

  private SampleKey key;
  private Rewindable before;

  /** Where its latest points are at hand; null: they are not. */
  private RecentPoints.Device kept;

  /** Its grid points as far as they are at hand: those that are not stored yet, or more. */
  private GridBuffer points;

  /** The first of them that is not stored. */
  private long fresh;

  /** Its stored chunks, oldest first; null: not read yet. */
  private Deque<RecentPoints.Chunk> chunks;

  /** Its reading that is resampled, and what it has made due in {@link #points}. */
  private long offset;

  private long arrivedMillis;
  private final List<DuePoint> due = new ArrayList<>();

  /** Its windows that are due. */
  private List<DueWindow> windows;

  private boolean gapped;
  private int filled;
  private int gaps;

  WindowProcessor(
      ServedModels models, Duration idle, RecentPoints.Room room, StreamerMetrics metrics) {
    this.models = models;
    this.metrics = metrics;
    this.shortestIdle = idle;
    this.recent = new RecentPoints(room);
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
    buffers = new BufferPool(spec, channels);
    recent.clear();
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
  public void init(ProcessorContext<Object, DeviceEvents> processorContext) {
    context = processorContext;
    devices = context.getStateStore(TopologyNames.DEVICES_STORE);
    samples = context.getStateStore(TopologyNames.SAMPLES_STORE);
    frontier = new CommitFrontier(context);
    startedMillis = context.currentSystemTimeMs();
    outbox.clear();
    dueWindows = 0;
    model = null;
    recent.clear();
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
  public void process(Record<Object, AcceptedReadings> record) {
    AcceptedReadings batch = record.value();
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
      frontier.advance(batch.firstOffset(), batch.lastOffset());
      for (List<AcceptedReadings.One> readings : batch.byDevice()) {
        accept(readings);
        if (isFull()) {
          send(batch.firstOffset(), record.timestamp());
        }
      }
      send(batch.firstOffset(), record.timestamp());
    }
  }

  private boolean isFull() {
    return dueWindows >= MOST_DUE || buffers.heldValues() >= MOST_DUE_VALUES;
  }

  private void send(long firstOffset, long timestampMillis) {
    if (!outbox.isEmpty()) {
      DeviceEvents events = new DeviceEvents(List.copyOf(outbox), firstOffset);
      context.forward(new Record<>(null, events, timestampMillis));
    }
    outbox.clear();
    dueWindows = 0;
    buffers.release();
  }

  /** Takes readings of one device. */
  private void accept(List<AcceptedReadings.One> readings) {
    AcceptedReadings.One first = readings.get(0);
    Bytes id = deviceKey(first.reading().device());
    byte[] stored = devices.get(id);
    if (stored == null) {
      knownDevices++;
      metrics.devices(1);
    }
    enter(first.reading().device(), Rewindable.read(stored).before(first.offset()));
    if (frontier.mayHaveLeftChunks(stored, first.offset())) {
      forgetUncommitted();
    }
    if (stored == null) {
      chunks = new ArrayDeque<>();
    }
    int late = 0;
    int duplicates = 0;
    for (AcceptedReadings.One one : readings) {
      offset = one.offset();
      arrivedMillis = one.arrivedMillis();
      SensorReading reading = one.reading();
      Samples values = reading.samples();
      for (int i = 0; i < values.count(); i++) {
        long timeMicros = reading.timeMicros(i, spec.periodMicros());
        int place = i * values.channels();
        switch (resampler.accept(timeMicros, values.values(), place, reading.label(), grid)) {
          case ACCEPTED, ACCEPTED_AFTER_GAP -> {}
          case DUPLICATE -> duplicates++;
          case LATE -> late++;
        }
      }
    }
    settle();
    leave();
    devices.put(
        id,
        frontier.write(
            before,
            DeviceState.write(layout, context.currentSystemTimeMs(), resampler.state()),
            offset));
    metrics.resampled(late, duplicates, gaps, filled);
  }

  /** Makes the resampler that of a device. */
  private void enter(String id, Rewindable record) {
    device = id;
    key = new SampleKey(id);
    before = record;
    chunks = null;
    windows = new ArrayList<>();
    due.clear();
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
    kept = recent.find(id, resampler.state());
    if (kept == null) {
      points = buffers.take(resampler.state().beginMicros(), resampler.state().next());
    } else {
      points = kept.points();
      chunks = kept.chunks();
      long gone = spec.earliestNeeded(points.end()) - points.first();
      if (gone > points.count() / 2) {
        // Not sooner: what has to be moved for it must not be more than what goes.
        points.discardBefore(points.first() + gone);
      }
    }
    fresh = points.end();
  }

  /** The device's windows wait for those of others. */
  private void leave() {
    if (kept != null) {
      recent.resized(device, kept);
    } else if (chunks != null
        && points.first() <= spec.earliestNeeded(points.end())
        && recent.keep(device, points, chunks)) {
      buffers.giveAway(points);
    } else {
      buffers.giveBack(points);
    }
    if (!windows.isEmpty()) {
      dueWindows += windows.size();
      outbox.add(new DeviceEvent.WindowsDue(device, windows));
    }
  }

  /** Deletes the chunks of readings that a crash has left behind and that are read again now. */
  private void forgetUncommitted() {
    if (kept != null) {
      recent.forget(device);
      kept = null;
      points = buffers.take(resampler.state().beginMicros(), resampler.state().next());
    }
    byte[] from =
        resampler.state().begun()
            ? key.chunk(resampler.state().beginMicros(), resampler.state().next())
            : key.first();
    delete(from, key.last());
  }

  /** Takes what is due, stores the fresh points that are still needed, deletes what is not. */
  private void settle() {
    long needed = spec.earliestNeeded(points.end());
    if (!due.isEmpty() || gapped) {
      takeDue();
      if (chunks == null) {
        readChunks();
      }
    }
    deleteUnneeded(needed);
    long from = Math.max(needed, fresh);
    if (from < points.end()) {
      samples.put(
          Bytes.wrap(key.chunk(points.beginMicros(), from)),
          SampleChunk.write(points, (int) (from - points.first()), points.count()));
      if (chunks != null) {
        chunks.add(new RecentPoints.Chunk(points.beginMicros(), from, points.end()));
      }
    }
  }

  /** The windows that the points have made due. */
  private void takeDue() {
    if (due.isEmpty()) {
      return;
    }
    haveFrom(due.get(0).point() - (spec.length() - 1));
    int taken = 0;
    for (DuePoint one : due) {
      if (one.point() - (spec.length() - 1) >= points.first()) {
        windows.add(new DueWindow(points.endingAt(one.point()), one.offset(), one.arrivedMillis()));
        taken++;
      }
    }
    metrics.due(taken);
    if (taken < due.size()) {
      tellLost(due.size() - taken);
    }
    due.clear();
    hold(taken);
  }

  /** The stretch has ended: if it was too short for a window, it is one that is padded. */
  private void takePadded() {
    if (!spec.isPadded(points.end())) {
      return;
    }
    haveFrom(0);
    if (points.first() > 0) {
      tellLost(1);
      return;
    }
    metrics.due(1);
    windows.add(new DueWindow(points.padded(), offset, arrivedMillis));
    hold(1);
  }

  /** Windows are views on the points. */
  private void hold(int windowCount) {
    if (windowCount > 0 && kept == null) {
      buffers.hold(points);
    }
  }

  /**
   * Has the points from one on at hand: puts the stored ones that reach up to the fresh ones
   * without a hole before those. Chunks may overlap: readings that are read again after a crash
   * come in other batches, and what an earlier batch has left says the same.
   *
   * @param start the first point that is needed; more may come before it
   */
  private void haveFrom(long start) {
    if (kept != null || start >= points.first()) {
      return;
    }
    long begin = points.beginMicros();
    GridBuffer whole = buffers.take(begin, start);
    List<KeyValue<Bytes, byte[]>> stored = readChunks();
    for (KeyValue<Bytes, byte[]> chunk : stored) {
      long point = SampleKey.point(chunk.key.get());
      long end = point + SampleChunk.points(chunk.value);
      if (SampleKey.beginMicros(chunk.key.get()) != begin || point >= points.first()) {
        continue;
      }
      Fitness fitness = SampleChunk.form(chunk.value);
      if (fitness == Fitness.FITS && end > whole.end()) {
        if (whole.count() == 0 || point > whole.end()) {
          whole.reset(begin, point);
        }
        int from = (int) (whole.end() - point);
        int to = (int) (Math.min(end, points.first()) - point);
        fitness = SampleChunk.appendTo(whole, chunk.value, from, to);
      }
      if (fitness != Fitness.FITS) {
        discarded.tell(TopologyNames.SAMPLES_STORE, fitness, device);
      }
    }
    if (whole.end() != points.first()) {
      whole.reset(begin, points.first());
    }
    whole.append(points);
    buffers.giveBack(points);
    points = whole;
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
   * Deletes chunks, oldest first, that no window needs any more, neither from now on nor from the
   * commit on that a crash would go back to: some of them, if the others are at hand next time.
   *
   * @param needed the earliest point that is needed from now on
   */
  private void deleteUnneeded(long needed) {
    if (chunks == null || chunks.isEmpty() || isNeeded(chunks.peek(), needed)) {
      return;
    }
    byte[] base = frontier.base(before);
    ResamplerState again = committed.state();
    if (base == null || DeviceState.read(base, layout, again) != Fitness.FITS) {
      again.clear();
    }
    int left = kept == null ? chunks.size() : MOST_DELETED;
    while (left > 0 && !chunks.isEmpty()) {
      RecentPoints.Chunk chunk = chunks.peek();
      boolean neededAgain =
          again.begun()
              && chunk.beginMicros() == again.beginMicros()
              && chunk.end() > spec.earliestNeeded(again.next());
      if (isNeeded(chunk, needed) || neededAgain) {
        break;
      }
      // Other than delete(), this does not read what goes.
      samples.put(Bytes.wrap(key.chunk(chunk.beginMicros(), chunk.point())), null);
      chunks.remove();
      left--;
    }
  }

  private boolean isNeeded(RecentPoints.Chunk chunk, long needed) {
    return chunk.beginMicros() > points.beginMicros()
        || chunk.beginMicros() == points.beginMicros() && chunk.end() > needed;
  }

  /** Reads the device's chunks as they are in the store, oldest first. */
  private List<KeyValue<Bytes, byte[]>> readChunks() {
    List<KeyValue<Bytes, byte[]>> all = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> stored = range(key.first(), key.last())) {
      stored.forEachRemaining(all::add);
    }
    chunks = new ArrayDeque<>(all.size() + 1);
    for (KeyValue<Bytes, byte[]> one : all) {
      long point = SampleKey.point(one.key.get());
      chunks.add(
          new RecentPoints.Chunk(
              SampleKey.beginMicros(one.key.get()), point, point + SampleChunk.points(one.value)));
    }
    return all;
  }

  /** Deletes all chunks of the device. */
  private void deleteChunks() {
    delete(key.first(), key.last());
  }

  private void delete(byte[] from, byte[] to) {
    List<Bytes> keys = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = range(from, to)) {
      all.forEachRemaining(chunk -> keys.add(chunk.key));
    }
    keys.forEach(chunk -> samples.put(chunk, null));
    chunks = null;
  }

  private KeyValueIterator<Bytes, byte[]> range(byte[] from, byte[] to) {
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
      if (isFull()) {
        send(CommitFrontier.CLOCK, nowMillis);
      }
    }
    send(CommitFrontier.CLOCK, nowMillis);
    if (silent.size() == MOST_EVICTED && evictionOfRest == null) {
      evictionOfRest = context.schedule(SOON, PunctuationType.WALL_CLOCK_TIME, this::evictSilent);
    } else if (silent.size() < MOST_EVICTED && evictionOfRest != null) {
      evictionOfRest.cancel();
      evictionOfRest = null;
    }
  }

  private void evict(String id, byte[] record, long nowMillis) {
    enter(id, Rewindable.read(record));
    offset = CommitFrontier.CLOCK;
    arrivedMillis = nowMillis;
    resampler.flush(grid);
    settle();
    takePadded();
    leave();
    metrics.resampled(0, 0, gaps, filled);
    long lastMicros =
        resampler.state().begun()
            ? resampler.state().lastMicros()
            : 1_000 * lastSeenMillis(before.state(), nowMillis);
    deleteChunks();
    recent.forget(id);
    devices.delete(deviceKey(id));
    knownDevices--;
    metrics.devices(-1);
    metrics.evicted();
    outbox.add(new DeviceEvent.WentSilent(id, lastMicros, nowMillis));
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
    recent.clear();
    warnings.close();
  }

  /** A grid point with which a window ends, and the reading that has settled it. */
  private record DuePoint(long point, long offset, long arrivedMillis) {}

  /** Collects the fresh grid points and the windows that they make due. */
  private final class ChunkWriter implements GridConsumer {
    @Override
    public void begin(long timeMicros) {
      if (points.end() > 0) {
        gaps++;
        gapped = true;
        takeDue();
        takePadded();
      }
      if (kept == null) {
        buffers.giveBack(points);
        points = buffers.take(timeMicros, 0);
      } else {
        // Windows may be views on the old ones.
        points = new GridBuffer(spec, points.channels());
        points.reset(timeMicros, 0);
        kept.restart(points);
      }
      fresh = 0;
    }

    @Override
    public void point(long point, float[] values, int offset, boolean isFilled, String label) {
      points.append(values, offset, isFilled, label);
      filled += isFilled ? 1 : 0;
      if (spec.isDue(point)) {
        due.add(new DuePoint(point, WindowProcessor.this.offset, arrivedMillis));
      }
    }
  }
}
