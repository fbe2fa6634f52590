package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.state.Fitness;
import dev.whisker.streamer.state.LabelState;
import dev.whisker.streamer.state.RecurrentState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Due windows to predictions and state changes: a batch through the engine, then smoothing. Where
 * the model carries state, the windows of a device go through the engine one after the other, each
 * with what the one before it has left; a gap, another model and eviction start over.
 */
final class ClassifyProcessor implements Processor<String, DeviceEvent, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(ClassifyProcessor.class);

  private final ServingModel model;
  private final Manifest manifest;
  private final Labeler labeler;
  private final int maxBatch;
  private final StreamerMetrics metrics;
  private final StableLabel stable;
  private final int windowValues;
  private final long modelChecksum;

  /** The current device's; of no values where the model carries none. */
  private final CarriedState carried;

  private final float[] state;
  private float[] batch = {};
  private float[] probabilities = {};

  private final RareWarnings warnings = new RareWarnings(LOG, this::nowMillis);

  private ProcessorContext<String, Object> context;
  private KeyValueStore<Bytes, byte[]> labels;
  private KeyValueStore<Bytes, byte[]> recurrentStates;

  ClassifyProcessor(ServingModel model, int maxBatch, StreamerMetrics metrics) {
    this.model = model;
    this.manifest = model.manifest();
    this.labeler = new Labeler(manifest);
    this.state = new float[model.classifier().stateSize()];
    this.carried = new CarriedState(state.length);
    this.modelChecksum = RecurrentState.model(manifest);
    this.maxBatch = isStateful() ? 1 : maxBatch;
    this.metrics = metrics;
    this.stable = new StableLabel(manifest.smoothing());
    this.windowValues = manifest.window().length() * manifest.channels().size();
  }

  private boolean isStateful() {
    return state.length > 0;
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    context = processorContext;
    labels = context.getStateStore(TopologyNames.LABELS_STORE);
    recurrentStates = context.getStateStore(TopologyNames.RECURRENT_STATES_STORE);
  }

  @Override
  public void process(Record<String, DeviceEvent> record) {
    Bytes key = Bytes.wrap(record.key().getBytes(StandardCharsets.UTF_8));
    told(TopologyNames.LABELS_STORE, LabelState.read(labels.get(key), manifest, stable), record);
    if (record.value() instanceof DeviceEvent.WindowsDue due) {
      List<Window> windows = due.windows();
      if (isStateful()) {
        told(
            TopologyNames.RECURRENT_STATES_STORE,
            RecurrentState.read(recurrentStates.get(key), modelChecksum, carried),
            record);
      }
      for (int from = 0; from < windows.size(); from += maxBatch) {
        classify(record, windows.subList(from, Math.min(from + maxBatch, windows.size())));
      }
      labels.put(key, LabelState.write(manifest, stable));
      if (isStateful()) {
        recurrentStates.put(key, RecurrentState.write(modelChecksum, carried));
      }
    } else if (record.value() instanceof DeviceEvent.WentSilent silent) {
      labels.delete(key);
      recurrentStates.delete(key);
      forward(
          record,
          new StateChange(
              record.key(),
              labeler.name(stable.stable()),
              StateChange.STALE,
              silent.lastMicros(),
              0,
              manifest.name(),
              manifest.version()));
    }
  }

  /** Counts and tells stored state that begins anew. */
  private void told(String store, Fitness fitness, Record<String, DeviceEvent> record) {
    if (fitness == Fitness.FITS) {
      return;
    }
    metrics.discarded(store, fitness.code());
    warnings.warn(
        store + " " + fitness.code(),
        () ->
            "What the store "
                + store
                + " holds of device "
                + record.key()
                + " cannot be gone on from ("
                + fitness.code()
                + "); it begins anew");
  }

  private void classify(Record<String, DeviceEvent> record, List<Window> windows) {
    int count = windows.size();
    int classes = manifest.labels().size();
    if (batch.length < count * windowValues) {
      batch = new float[count * windowValues];
      probabilities = new float[count * classes];
    }
    for (int i = 0; i < count; i++) {
      windows.get(i).copyTo(batch, i * windowValues);
    }
    if (isStateful()) {
      carried.copyTo(windows.get(0), state, 0);
    }
    long start = System.nanoTime();
    model.classifier().classify(batch, count, state, probabilities);
    metrics.classified(count, System.nanoTime() - start);
    if (isStateful()) {
      carried.take(windows.get(0), state, 0);
    }
    for (int i = 0; i < count; i++) {
      int before = stable.stable();
      Prediction prediction =
          labeler.label(record.key(), windows.get(i), probabilities, i * classes, stable);
      metrics.predicted(prediction, record.timestamp(), context.currentSystemTimeMs());
      context.forward(record.withValue(prediction), TopologyNames.PREDICTIONS);
      if (stable.stable() != before) {
        forward(
            record,
            new StateChange(
                record.key(),
                labeler.name(before),
                prediction.stableLabel(),
                prediction.windowEndMicros(),
                prediction.confidence(),
                manifest.name(),
                manifest.version()));
      }
    }
  }

  @Override
  public void close() {
    warnings.close();
  }

  private long nowMillis() {
    return context.currentSystemTimeMs();
  }

  private void forward(Record<String, DeviceEvent> record, StateChange change) {
    metrics.changed(change);
    context.forward(record.withValue(change), TopologyNames.STATE_CHANGES);
  }
}
