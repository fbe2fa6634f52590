package dev.whisker.sandbox.bench;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.trainer.engine.BareSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The engine as the streamer has it against a {@link BareSession} on the same windows, by turns in
 * short slices, in this process and on its thread.
 */
final class EngineBench {
  private static final int[] BATCHES = {1, 8, 32, 128};
  private static final double GOAL = 0.95;
  private static final Duration SLICE = Duration.ofMillis(100);
  private static final int SLICES = 15;
  private static final int QUICK_SLICES = 2;

  private final BenchSettings settings;
  private final Progress progress;
  private final StopSignal stop;

  EngineBench(BenchSettings settings, Progress progress, StopSignal stop) {
    this.settings = settings;
    this.progress = progress;
    this.stop = stop;
  }

  /** Measures into a list. */
  void run(Bundle bundle, List<Figure> figures) {
    try (SequenceClassifier classifier = Engine.named("onnx").open(bundle)) {
      for (int batch : BATCHES) {
        figures.add(measure(bundle, classifier, batch));
      }
    }
  }

  private Figure measure(Bundle bundle, SequenceClassifier classifier, int batch) {
    float[] windows = BenchReadings.windows(ModelShape.A, batch);
    float[] probabilities = new float[batch * bundle.manifest().labels().size()];
    List<Double> own = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    Runnable call = () -> classifier.classify(windows, batch, probabilities);
    int slices = settings.quick() ? QUICK_SLICES : SLICES;
    try (BareSession session =
        BareSession.open(bundle, windows, batch, BareSession.Options.WHISKER)) {
      // The first of each warms up.
      for (int i = 0; i <= slices; i++) {
        if (stop.isRequested()) {
          throw ChildProcess.stopped();
        }
        double first;
        double second;
        // Whoever comes second finds a warm cache.
        if (i % 2 == 0) {
          first = windowsPerSecond(SLICE, batch, call);
          second = windowsPerSecond(SLICE, batch, session::run);
        } else {
          second = windowsPerSecond(SLICE, batch, session::run);
          first = windowsPerSecond(SLICE, batch, call);
        }
        if (i > 0) {
          own.add(first);
          bare.add(second);
        }
      }
    }
    Figure figure =
        Figure.of(batch + (batch == 1 ? " window a call" : " windows a call"), "windows/s", own)
            .beside("bare ONNX Runtime session", bare)
            .withLeastRatio(GOAL);
    progress.say(
        "engine, %s: %.0f windows/s, %.3f of a bare session",
        figure.name(), figure.figure(), figure.ratio());
    return figure;
  }

  /** The rate of calls of so many windows, for some time. */
  static double windowsPerSecond(Duration time, int batch, Runnable call) {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long count = 0;
    long now = start;
    while (now < end) {
      call.run();
      count += batch;
      now = System.nanoTime();
    }
    return count * 1e9 / (now - start);
  }
}
