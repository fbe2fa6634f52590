package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.Window;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.StateChange;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServedModels;
import dev.whisker.streamer.model.ServingModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Due windows to predictions and state changes. If there is a shadow, it gets the same windows
 * afterwards; whatever goes wrong in it is counted and ends nothing.
 */
final class ClassifyProcessor implements Processor<String, DeviceEvent, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(ClassifyProcessor.class);

  private final ServedModels models;
  private final int maxBatch;
  private final StreamerMetrics metrics;
  private WindowClassifier main;
  private WindowClassifier shadow;

  private final RareWarnings warnings = new RareWarnings(LOG, this::nowMillis);
  private final DiscardedState discarded;

  private ProcessorContext<String, Object> context;
  private KeyValueStore<Bytes, byte[]> labels;
  private KeyValueStore<Bytes, byte[]> recurrentStates;
  private CommitFrontier frontier;
  private final StableTally tally;

  /** The devices that have metrics of their own. */
  private final Set<String> shown = new HashSet<>();

  ClassifyProcessor(ServedModels models, int maxBatch, StreamerMetrics metrics) {
    this.models = models;
    this.maxBatch = maxBatch;
    this.metrics = metrics;
    this.discarded = new DiscardedState(metrics, warnings);
    this.tally = new StableTally(metrics);
  }

  @Override
  public void init(ProcessorContext<String, Object> processorContext) {
    context = processorContext;
    labels = context.getStateStore(TopologyNames.LABELS_STORE);
    recurrentStates = context.getStateStore(TopologyNames.RECURRENT_STATES_STORE);
    frontier = new CommitFrontier(context);
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
    }
  }

  /** Goes on with a model, between two records. */
  private void adopt(ServingModel model) {
    if (main == null || !main.isOf(model)) {
      main = new WindowClassifier(model, false, maxBatch);
      tally.count(labels, main.manifest());
    }
  }

  @Override
  public void process(Record<String, DeviceEvent> record) {
    frontier.advance();
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
      if (record.value() instanceof DeviceEvent.WindowsDue due) {
        List<String> said = classify(record, due.windows());
        if (use.shadow() != null) {
          shadow(record, due.windows(), use.shadow(), said);
        }
      } else if (record.value() instanceof DeviceEvent.WentSilent silent) {
        main.load(record.key(), labels, recurrentStates, frontier, discarded);
        WindowClassifier.forget(record.key(), labels, recurrentStates);
        tally.move(main.stored(), null);
        if (shown.remove(record.key())) {
          metrics.gone(record.key());
        }
        forward(record, main.name(main.stable()), StateChange.STALE, silent.lastMicros(), 0);
      }
    }
  }

  @Override
  public void close() {
    tally.clear();
    shown.forEach(metrics::gone);
    shown.clear();
    warnings.close();
  }

  private long nowMillis() {
    return context.currentSystemTimeMs();
  }

  /** Returns the windows' labels. */
  private List<String> classify(Record<String, DeviceEvent> record, List<Window> windows) {
    List<String> said = new ArrayList<>(windows.size());
    main.load(record.key(), labels, recurrentStates, frontier, discarded);
    for (List<Window> batch : batches(windows, main.maxBatch())) {
      main.infer(batch, metrics);
      for (int i = 0; i < batch.size(); i++) {
        int before = main.stable();
        Prediction prediction = main.label(record.key(), batch.get(i), i);
        said.add(prediction.label());
        metrics.predicted(prediction, record.timestamp(), context.currentSystemTimeMs());
        if (metrics.shown(prediction)) {
          shown.add(record.key());
        }
        context.forward(record.withValue(prediction), TopologyNames.PREDICTIONS);
        if (main.stable() != before) {
          forward(
              record,
              main.name(before),
              prediction.stableLabel(),
              prediction.windowEndMicros(),
              prediction.confidence());
        }
      }
    }
    main.store(record.key(), labels, recurrentStates, frontier);
    tally.move(main.stored(), main.name(main.stable()));
    return said;
  }

  private static List<List<Window>> batches(List<Window> windows, int most) {
    List<List<Window>> batches = new ArrayList<>();
    for (int from = 0; from < windows.size(); from += most) {
      batches.add(windows.subList(from, Math.min(from + most, windows.size())));
    }
    return batches;
  }

  private void forward(
      Record<String, DeviceEvent> record,
      String from,
      String to,
      long timeMicros,
      float confidence) {
    Manifest manifest = main.manifest();
    StateChange change =
        new StateChange(
            record.key(), from, to, timeMicros, confidence, manifest.name(), manifest.version());
    metrics.changed(change);
    context.forward(record.withValue(change), TopologyNames.STATE_CHANGES);
  }

  /**
   * The same windows through the shadow.
   *
   * @param said what the served model said of them
   */
  private void shadow(
      Record<String, DeviceEvent> record,
      List<Window> windows,
      ServingModel model,
      List<String> said) {
    List<Prediction> predictions = new ArrayList<>(windows.size());
    if (shadow == null || !shadow.isOf(model)) {
      shadow = new WindowClassifier(model, true, maxBatch);
    }
    // What fails here and after the engine is Kafka, and not the shadow.
    shadow.load(record.key(), labels, recurrentStates, frontier, discarded);
    try {
      for (List<Window> batch : batches(windows, shadow.maxBatch())) {
        shadow.infer(batch, null);
        for (int i = 0; i < batch.size(); i++) {
          predictions.add(shadow.label(record.key(), batch.get(i), i));
        }
      }
    } catch (RuntimeException e) {
      metrics.shadowFailed(windows.size());
      warnings.warn(
          "failures of the shadow",
          () ->
              "The shadow "
                  + model
                  + " has failed with a window of device "
                  + record.key()
                  + ", and the served model goes on: "
                  + e);
      return;
    }
    shadow.store(record.key(), labels, recurrentStates, frontier);
    for (int i = 0; i < predictions.size(); i++) {
      metrics.compared(predictions.get(i).label().equals(said.get(i)));
      context.forward(record.withValue(predictions.get(i)), TopologyNames.SHADOW);
    }
  }
}
