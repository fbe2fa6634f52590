package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServingModel;
import dev.whisker.streamer.state.LabelState;
import dev.whisker.streamer.state.RecurrentState;
import dev.whisker.streamer.state.Rewindable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What one model makes of the windows of one device after the other: batches through the engine,
 * then smoothing. Where the model carries state, the windows of a device go through the engine one
 * after the other, each with what the one before it has left; a gap, another model and eviction
 * start over. Not thread-safe.
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
  private final int maxBatch;
  private final StableLabel stable;
  private final int windowValues;
  private final long modelChecksum;

  /** The current device's; of no values where the model carries none. */
  private final CarriedState carried;

  /** The stable label that the labels store holds of the current device; null: none. */
  private String stored;

  /** What the stores hold of the current device. */
  private Rewindable labelsBefore;

  private Rewindable carriedBefore;

  private final float[] state;
  private float[] batch = {};
  private float[] probabilities = {};

  /** For a model, whose state is kept apart if it is the shadow. */
  WindowClassifier(ServingModel model, boolean shadow, int maxBatch) {
    this.model = model;
    this.manifest = model.manifest();
    this.shadow = shadow;
    this.labeler = new Labeler(manifest);
    this.state = new float[model.classifier().stateSize()];
    this.carried = new CarriedState(state.length);
    this.modelChecksum = RecurrentState.model(manifest);
    this.maxBatch = isStateful() ? 1 : maxBatch;
    this.stable = new StableLabel(manifest.smoothing());
    this.windowValues = manifest.window().length() * manifest.channels().size();
  }

  private boolean isStateful() {
    return state.length > 0;
  }

  /** Whether it is one for a model. */
  boolean isOf(ServingModel other) {
    return model == other;
  }

  Manifest manifest() {
    return manifest;
  }

  /** The most windows in one batch. */
  int maxBatch() {
    return maxBatch;
  }

  /** Makes the state that of a device. */
  void load(
      String device,
      KeyValueStore<Bytes, byte[]> labels,
      KeyValueStore<Bytes, byte[]> recurrentStates,
      CommitFrontier frontier,
      DiscardedState discarded) {
    Bytes key = key(device, shadow);
    byte[] record = labels.get(key);
    labelsBefore = frontier.read(record);
    LabelState.read(Rewindable.read(record).state(), manifest, stable);
    stored = record == null ? null : name(stable.stable());
    discarded.tell(
        TopologyNames.LABELS_STORE,
        LabelState.read(labelsBefore.state(), manifest, stable),
        device);
    if (isStateful()) {
      carriedBefore = frontier.read(recurrentStates.get(key));
      discarded.tell(
          TopologyNames.RECURRENT_STATES_STORE,
          RecurrentState.read(carriedBefore.state(), modelChecksum, carried),
          device);
    }
  }

  /** Stores the state as that of the device that was loaded. */
  void store(
      String device,
      KeyValueStore<Bytes, byte[]> labels,
      KeyValueStore<Bytes, byte[]> recurrentStates,
      CommitFrontier frontier) {
    Bytes key = key(device, shadow);
    labels.put(key, frontier.write(labelsBefore, LabelState.write(manifest, stable)));
    if (isStateful()) {
      recurrentStates.put(
          key, frontier.write(carriedBefore, RecurrentState.write(modelChecksum, carried)));
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
   * Gives a batch of the current device's next windows to the engine.
   *
   * @param windows at most {@link #maxBatch}
   * @param metrics learns how long it took; null: nobody does
   */
  void infer(List<Window> windows, StreamerMetrics metrics) {
    int count = windows.size();
    if (batch.length < count * windowValues) {
      batch = new float[count * windowValues];
      probabilities = new float[count * manifest.labels().size()];
    }
    for (int i = 0; i < count; i++) {
      windows.get(i).copyTo(batch, i * windowValues);
    }
    if (isStateful()) {
      carried.copyTo(windows.get(0), state, 0);
    }
    long start = System.nanoTime();
    model.classifier().classify(batch, count, state, probabilities);
    if (metrics != null) {
      metrics.classified(count, System.nanoTime() - start);
      metrics.observed(manifest, batch, count);
    }
    if (isStateful()) {
      carried.take(windows.get(0), state, 0);
    }
  }

  /** The prediction of the i-th window of the latest batch; to be asked for in order, once each. */
  Prediction label(String device, Window window, int i) {
    return labeler.label(device, window, probabilities, i * manifest.labels().size(), stable);
  }
}
