package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Manifest;
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
 * Due windows to predictions and state changes: those of many devices go through the engine
 * together, and then each device's are labelled in order. If there is a shadow, it gets the same
 * windows; whatever goes wrong in it is counted and ends nothing.
 */
final class ClassifyProcessor implements Processor<Object, DeviceEvents, String, Object> {
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
  public void process(Record<Object, DeviceEvents> record) {
    DeviceEvents all = record.value();
    frontier.advance(all.firstOffset(), all.firstOffset());
    List<DeviceEvent.WindowsDue> due =
        all.events().stream()
            .filter(DeviceEvent.WindowsDue.class::isInstance)
            .map(DeviceEvent.WindowsDue.class::cast)
            .toList();
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
      main.enter(due, recurrentStates, discarded);
      main.infer(due, metrics);
      boolean shadowed = use.shadow() != null && inferShadow(due, use.shadow());
      int next = 0;
      for (DeviceEvent event : all.events()) {
        if (event instanceof DeviceEvent.WindowsDue windows) {
          List<String> said = classify(windows, next);
          if (shadowed) {
            classifyShadow(windows, next, said);
          }
          next++;
        } else if (event instanceof DeviceEvent.WentSilent silent) {
          forget(silent);
        }
      }
    }
  }

  private void forget(DeviceEvent.WentSilent silent) {
    String device = silent.device();
    main.load(device, CommitFrontier.CLOCK, labels, discarded);
    WindowClassifier.forget(device, labels, recurrentStates);
    tally.move(main.stored(), null);
    if (shown.remove(device)) {
      metrics.gone(device);
    }
    change(
        device,
        main.name(main.stable()),
        StateChange.STALE,
        silent.lastMicros(),
        0,
        silent.nowMillis());
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

  /**
   * Labels the windows of a device.
   *
   * @param number of the device among those whose windows were given to the engine together
   * @return the windows' labels
   */
  private List<String> classify(DeviceEvent.WindowsDue due, int number) {
    String device = due.device();
    List<String> said = new ArrayList<>(due.windows().size());
    main.load(device, due.firstOffset(), labels, discarded);
    for (int i = 0; i < due.windows().size(); i++) {
      DueWindow window = due.windows().get(i);
      int before = main.stable();
      Prediction prediction = main.label(device, window.window(), number, i);
      said.add(prediction.label());
      metrics.predicted(prediction, window.arrivedMillis(), context.currentSystemTimeMs());
      if (metrics.shown(prediction)) {
        shown.add(device);
      }
      context.forward(
          new Record<>(device, prediction, window.arrivedMillis()), TopologyNames.PREDICTIONS);
      if (main.stable() != before) {
        change(
            device,
            main.name(before),
            prediction.stableLabel(),
            prediction.windowEndMicros(),
            prediction.confidence(),
            window.arrivedMillis());
      }
    }
    main.store(due, number, labels, recurrentStates, frontier);
    tally.move(main.stored(), main.name(main.stable()));
    return said;
  }

  private void change(
      String device,
      String from,
      String to,
      long timeMicros,
      float confidence,
      long timestampMillis) {
    Manifest manifest = main.manifest();
    StateChange change =
        new StateChange(
            device, from, to, timeMicros, confidence, manifest.name(), manifest.version());
    metrics.changed(change);
    context.forward(new Record<>(device, change, timestampMillis), TopologyNames.STATE_CHANGES);
  }

  /** Gives the same windows to the shadow's engine; false: it has failed. */
  private boolean inferShadow(List<DeviceEvent.WindowsDue> due, ServingModel model) {
    if (shadow == null || !shadow.isOf(model)) {
      shadow = new WindowClassifier(model, true, maxBatch);
    }
    // What fails here is Kafka, and not the shadow.
    shadow.enter(due, recurrentStates, discarded);
    try {
      shadow.infer(due, null);
      return true;
    } catch (RuntimeException e) {
      metrics.shadowFailed(due.stream().mapToInt(one -> one.windows().size()).sum());
      warnings.warn(
          "failures of the shadow",
          () ->
              "The shadow "
                  + model
                  + " has failed with windows of device "
                  + due.get(0).device()
                  + (due.size() == 1 ? "" : " and " + (due.size() - 1) + " others")
                  + ", and the served model goes on: "
                  + e);
      return false;
    }
  }

  /**
   * Labels the windows of a device by the shadow.
   *
   * @param number as above
   * @param said what the served model said of them
   */
  private void classifyShadow(DeviceEvent.WindowsDue due, int number, List<String> said) {
    String device = due.device();
    shadow.load(device, due.firstOffset(), labels, discarded);
    for (int i = 0; i < due.windows().size(); i++) {
      DueWindow window = due.windows().get(i);
      Prediction prediction = shadow.label(device, window.window(), number, i);
      metrics.compared(prediction.label().equals(said.get(i)));
      context.forward(
          new Record<>(device, prediction, window.arrivedMillis()), TopologyNames.SHADOW);
    }
    shadow.store(due, number, labels, recurrentStates, frontier);
  }
}
