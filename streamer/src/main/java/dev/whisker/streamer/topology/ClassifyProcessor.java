package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.state.LabelState;
import dev.whisker.streamer.state.RecurrentState;
import dev.whisker.streamer.state.Rewindable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Due windows to predictions and state changes: a batch through the engine, then smoothing. Where
 * the model carries state, the windows of a device go through the engine one after the other, each
 * with what the one before it has left; a gap, another model and eviction start over.
 */
final class ClassifyProcessor implements Processor<String, DeviceEvent, String, Object> {
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

  private ProcessorContext<String, Object> context;
  private KeyValueStore<Bytes, byte[]> labels;
  private KeyValueStore<Bytes, byte[]> recurrentStates;
  private CommitFrontier frontier;

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
    frontier = new CommitFrontier(context);
  }

  @Override
  public void process(Record<String, DeviceEvent> record) {
    Bytes key = Bytes.wrap(record.key().getBytes(StandardCharsets.UTF_8));
    frontier.advance();
    Rewindable label = frontier.read(labels.get(key));
    LabelState.read(label.state(), manifest, stable);
    if (record.value() instanceof DeviceEvent.WindowsDue due) {
      List<Window> windows = due.windows();
      Rewindable recurrent = null;
      if (isStateful()) {
        recurrent = frontier.read(recurrentStates.get(key));
        RecurrentState.read(recurrent.state(), modelChecksum, carried);
      }
      for (int from = 0; from < windows.size(); from += maxBatch) {
        classify(record, windows.subList(from, Math.min(from + maxBatch, windows.size())));
      }
      labels.put(key, frontier.write(label, LabelState.write(manifest, stable)));
      if (isStateful()) {
        recurrentStates.put(
            key, frontier.write(recurrent, RecurrentState.write(modelChecksum, carried)));
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

  private void forward(Record<String, DeviceEvent> record, StateChange change) {
    metrics.changed(change);
    context.forward(record.withValue(change), TopologyNames.STATE_CHANGES);
  }
}
