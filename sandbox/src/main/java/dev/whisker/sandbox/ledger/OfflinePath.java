package dev.whisker.sandbox.ledger;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.CarriedState;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.GridConsumer;
import dev.whisker.classifier.window.Resampler;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.SensorReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bundle makes of readings without Kafka: the classifier's resampler, windows, engine and
 * labels, one window at a time. Its memory does not grow with the number of readings. Not
 * thread-safe; whoever made it closes it.
 */
public final class OfflinePath implements AutoCloseable {
  /** How many windows a device's buffer holds before what is no longer needed is dropped. */
  private static final int WINDOWS_KEPT = 4;

  private final Manifest manifest;
  private final WindowSpec spec;
  private final SequenceClassifier classifier;
  private final Labeler labeler;
  private final float[] values;
  private final float[] probabilities;
  private final float[] state;
  private final Map<String, Device> devices = new HashMap<>();

  /**
   * Loads a bundle.
   *
   * @param engine the name of the engine
   * @throws dev.whisker.classifier.bundle.BundleException if the bundle cannot be run
   */
  public OfflinePath(Bundle bundle, String engine) {
    this.manifest = bundle.manifest();
    this.spec = manifest.window();
    this.classifier = Engine.named(engine).open(bundle);
    this.labeler = new Labeler(manifest);
    this.values = new float[spec.length() * manifest.channels().size()];
    this.probabilities = new float[manifest.labels().size()];
    this.state = new float[classifier.stateSize()];
  }

  /** Takes a reading and returns the predictions of the windows that are due with it. */
  public List<Prediction> accept(SensorReading reading) {
    return devices.computeIfAbsent(reading.device(), Device::new).accept(reading);
  }

  @Override
  public void close() {
    classifier.close();
  }

  /** One device's grid, windows, stable label and carried state. */
  private final class Device implements GridConsumer {
    private final String name;
    private final int channels = manifest.channels().size();
    private final Resampler resampler = new Resampler(spec, channels);
    private final StableLabel stable = new StableLabel(manifest.smoothing());
    private final CarriedState carried = new CarriedState(state.length);
    private GridBuffer buffer;
    private List<Prediction> due = new ArrayList<>();

    Device(String name) {
      this.name = name;
    }

    List<Prediction> accept(SensorReading reading) {
      float[] samples = reading.samples().values();
      for (int i = 0; i < reading.samples().count(); i++) {
        long timeMicros = reading.timeMicros(i, spec.periodMicros());
        resampler.accept(timeMicros, samples, i * channels, reading.label(), this);
      }
      List<Prediction> result = due;
      due = new ArrayList<>();
      return result;
    }

    @Override
    public void begin(long timeMicros) {
      if (buffer != null && spec.isPadded(buffer.end())) {
        classify(buffer.padded());
      }
      buffer = new GridBuffer(spec, channels);
      buffer.reset(timeMicros, 0);
    }

    @Override
    public void point(long point, float[] from, int offset, boolean filled, String label) {
      buffer.append(from, offset, filled, label);
      if (spec.isDue(point)) {
        classify(buffer.endingAt(point));
      }
      if (buffer.count() > WINDOWS_KEPT * spec.length()) {
        dropUnneeded();
      }
    }

    private void classify(Window window) {
      window.copyTo(values, 0);
      carried.copyTo(window, state, 0);
      classifier.classify(values, 1, state, probabilities);
      carried.take(window, state, 0);
      due.add(labeler.label(name, window, probabilities, 0, stable));
    }

    private void dropUnneeded() {
      long first = spec.earliestNeeded(buffer.end());
      GridBuffer shorter = new GridBuffer(spec, channels);
      shorter.reset(buffer.beginMicros(), first);
      for (int i = (int) (first - buffer.first()); i < buffer.count(); i++) {
        shorter.append(buffer.array(), buffer.place(i), buffer.isFilled(i), buffer.label(i));
      }
      buffer = shorter;
    }
  }
}
