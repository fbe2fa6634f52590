package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServingModel;
import dev.whisker.streamer.state.Fitness;
import dev.whisker.streamer.state.LabelState;
import dev.whisker.streamer.state.RecurrentState;
import dev.whisker.streamer.state.Rewindable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What one model makes of windows that are due together: through the engine as many at once as it
 * may take, whichever devices they are of; then the smoothing of one device after the other.
 *
 * <pre>
 *   due        A: a1 a2 a3   B: b1   C: c1 c2
 *   batches    [a1 b1 c1 a2][c2 a3]                  at most 4
 *   if stateful  [a1 b1 c1][a2 c2][a3]
 * </pre>
 *
 * <p>Where the model carries state, the windows of a device go through the engine one after the
 * other, each with what the one before it has left; a gap, another model and eviction start over.
 * Not thread-safe.
 */
final class WindowClassifier {
  /**
   * What the keys of a shadow's state begin with: no device id does, because UTF-8 has no such
   * byte. So both models' state is in the same stores, and a shadow needs no other topology.
   */
  private static final byte SHADOW = (byte) 0xFF;

  private final ServingModel model;
  private final Manifest manifest;
  private final boolean shadow;
  private final Labeler labeler;
  private final StableLabel stable;
  private final long modelChecksum;

  /** The stable label that the labels store holds of the current device; null: none. */
  private String stored;

  /** What the labels store holds of the current device. */
  private Rewindable labelsBefore;

  /** Of each device whose windows are due; none where the model carries no state. */
  private final List<Carried> carried = new ArrayList<>();

  /** Where each device's windows begin among {@link #probabilities}. */
  private int[] rows = {};

  /** Of all windows that are due. */
  private float[] probabilities = {};

  /** What the engine is given at once, and what it says. */
  private final Batch batch;

  /** For a model, whose state is kept apart if it is the shadow. */
  WindowClassifier(ServingModel model, boolean shadow, int maxBatch) {
    this.model = model;
    this.manifest = model.manifest();
    this.shadow = shadow;
    this.labeler = new Labeler(manifest);
    this.modelChecksum = RecurrentState.model(manifest);
    this.stable = new StableLabel(manifest.smoothing());
    this.batch = new Batch(maxBatch);
  }

  private boolean isStateful() {
    return model.classifier().stateSize() > 0;
  }

  /** Whether it is one for a model. */
  boolean isOf(ServingModel other) {
    return model == other;
  }

  Manifest manifest() {
    return manifest;
  }

  /** Makes the carried states those of devices, whose windows {@link #infer} gets next. */
  void enter(
      List<DeviceEvent.WindowsDue> due,
      KeyValueStore<Bytes, byte[]> recurrentStates,
      DiscardedState discarded) {
    carried.clear();
    if (isStateful()) {
      for (DeviceEvent.WindowsDue one : due) {
        carried.add(carried(one, recurrentStates, discarded));
      }
    }
  }

  /**
   * Gives windows to the engine. What it says is there until the next call.
   *
   * @param due the windows of the devices that were entered
   * @param metrics learns how long it took; null: nobody does
   */
  void infer(List<DeviceEvent.WindowsDue> due, StreamerMetrics metrics) {
    rows = new int[due.size()];
    int count = 0;
    int longest = 0;
    for (int i = 0; i < due.size(); i++) {
      rows[i] = count;
      count += due.get(i).windows().size();
      longest = Math.max(longest, due.get(i).windows().size());
    }
    int labels = manifest.labels().size();
    if (probabilities.length < count * labels) {
      probabilities = new float[count * labels];
    }
    for (int i = 0; i < longest; i++) {
      for (int device = 0; device < due.size(); device++) {
        List<DueWindow> windows = due.get(device).windows();
        if (i < windows.size()) {
          CarriedState state = isStateful() ? carried.get(device).state : null;
          batch.add(windows.get(i).window(), state, rows[device] + i, metrics);
        }
      }
      if (isStateful()) {
        // The next window of a device begins with what this one leaves.
        batch.run(metrics);
      }
    }
    batch.run(metrics);
  }

  private Carried carried(
      DeviceEvent.WindowsDue due,
      KeyValueStore<Bytes, byte[]> recurrentStates,
      DiscardedState discarded) {
    Rewindable record =
        Rewindable.read(recurrentStates.get(key(due.device(), shadow))).before(due.firstOffset());
    CarriedState state = new CarriedState(model.classifier().stateSize());
    discarded.tell(
        TopologyNames.RECURRENT_STATES_STORE,
        RecurrentState.read(record.state(), modelChecksum, state),
        due.device());
    return new Carried(record, state);
  }

  /**
   * Makes the stable label that of a device.
   *
   * @param offset of the device's first reading that matters now
   */
  void load(
      String device, long offset, KeyValueStore<Bytes, byte[]> labels, DiscardedState discarded) {
    byte[] record = labels.get(key(device, shadow));
    Rewindable latest = Rewindable.read(record);
    labelsBefore = latest.before(offset);
    Fitness fitness = LabelState.read(latest.state(), manifest, stable);
    stored = record == null ? null : name(stable.stable());
    if (labelsBefore != latest) {
      fitness = LabelState.read(labelsBefore.state(), manifest, stable);
    }
    discarded.tell(TopologyNames.LABELS_STORE, fitness, device);
  }

  /**
   * Stores the state of the device that was loaded.
   *
   * @param number of the device among those of {@link #infer}
   */
  void store(
      DeviceEvent.WindowsDue due,
      int number,
      KeyValueStore<Bytes, byte[]> labels,
      KeyValueStore<Bytes, byte[]> recurrentStates,
      CommitFrontier frontier) {
    Bytes key = key(due.device(), shadow);
    long offset = due.lastOffset();
    labels.put(key, frontier.write(labelsBefore, LabelState.write(manifest, stable), offset));
    if (isStateful()) {
      Carried of = carried.get(number);
      recurrentStates.put(
          key, frontier.write(of.before, RecurrentState.write(modelChecksum, of.state), offset));
    }
  }

  /** Deletes a device's state, whichever models it is of. */
  static void forget(
      String device,
      KeyValueStore<Bytes, byte[]> labels,
      KeyValueStore<Bytes, byte[]> recurrentStates) {
    for (boolean ofShadow : new boolean[] {false, true}) {
      Bytes key = key(device, ofShadow);
      labels.delete(key);
      recurrentStates.delete(key);
    }
  }

  private static Bytes key(String device, boolean shadow) {
    byte[] id = device.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(shadow ? ByteBuffer.allocate(1 + id.length).put(SHADOW).put(id).array() : id);
  }

  static boolean isOfShadow(Bytes key) {
    return key.get().length > 0 && key.get()[0] == SHADOW;
  }

  /** The stable label in a record of the labels store, which need not be that of the commit. */
  static String stableLabel(byte[] record, Manifest manifest) {
    StableLabel stable = new StableLabel(manifest.smoothing());
    LabelState.read(Rewindable.read(record).state(), manifest, stable);
    return new Labeler(manifest).name(stable.stable());
  }

  /** The stable label that the labels store held of the current device; null: none. */
  String stored() {
    return stored;
  }

  /** The index of the current device's stable label. */
  int stable() {
    return stable.stable();
  }

  /** The name of a label's index. */
  String name(int label) {
    return labeler.name(label);
  }

  /**
   * The prediction of a window; to be asked for once each, in the order of the device's windows.
   *
   * @param number of the device among those of {@link #infer}
   * @param i of the window among the device's
   */
  Prediction label(String device, Window window, int number, int i) {
    return labeler.label(
        device, window, probabilities, (rows[number] + i) * manifest.labels().size(), stable);
  }

  /**
   * What the model carries from one window of a device to the next.
   *
   * @param before what the store holds
   */
  private record Carried(Rewindable before, CarriedState state) {}

  /** The windows that the engine gets next. */
  private final class Batch {
    private final int windowValues = manifest.window().length() * manifest.channels().size();
    private final int labels = manifest.labels().size();
    private final int stateSize = model.classifier().stateSize();
    private final int most;
    private final Window[] windows;
    private final CarriedState[] states;
    private final int[] rowOf;
    private int count;
    private float[] values = {};
    private float[] state = {};
    private float[] said = {};

    Batch(int most) {
      this.most = most;
      this.windows = new Window[most];
      this.states = new CarriedState[most];
      this.rowOf = new int[most];
    }

    /**
     * Adds a window; a batch that is full with it goes to the engine.
     *
     * @param carried of its device; null: the model carries none
     * @param row of its probabilities
     */
    void add(Window window, CarriedState carried, int row, StreamerMetrics metrics) {
      ensure(count + 1);
      window.copyTo(values, count * windowValues);
      if (carried != null) {
        carried.copyTo(window, state, count * stateSize);
      }
      windows[count] = window;
      states[count] = carried;
      rowOf[count] = row;
      count++;
      if (count == most) {
        run(metrics);
      }
    }

    /** Gives what there is to the engine. */
    void run(StreamerMetrics metrics) {
      int now = count;
      // Also if the engine fails: the next windows begin a batch of their own.
      count = 0;
      if (now == 0) {
        return;
      }
      long start = System.nanoTime();
      model.classifier().classify(values, now, state, said);
      if (metrics != null) {
        metrics.classified(now, System.nanoTime() - start);
        metrics.observed(manifest, values, now);
      }
      for (int i = 0; i < now; i++) {
        System.arraycopy(said, i * labels, probabilities, rowOf[i] * labels, labels);
        if (states[i] != null) {
          states[i].take(windows[i], state, i * stateSize);
        }
      }
    }

    private void ensure(int windowCount) {
      if (values.length < windowCount * windowValues) {
        int room = Math.min(most, Math.max(windowCount, 2 * (values.length / windowValues)));
        values = Arrays.copyOf(values, room * windowValues);
        state = Arrays.copyOf(state, room * stateSize);
        said = Arrays.copyOf(said, room * labels);
      }
    }
  }
}
