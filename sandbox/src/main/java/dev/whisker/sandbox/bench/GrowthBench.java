package dev.whisker.sandbox.bench;

import dev.whisker.sandbox.bench.BenchSettings.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The streamer under at-least-once while one thing grows and all others stay what they are. The
 * first point of each line is the peer of the others.
 */
final class GrowthBench {
  /** Of one backlog. */
  private static final double MOST_BYTES = 300e6;

  private static final double MOST_BYTES_IN_FULL = 1e9;

  /** Windows of a light network are quicker than those of the model A. */
  private static final double MARGIN = 2;

  /** All points have the same short warm-up, as they are compared with each other alone. */
  private static final int PART_OF_WARM_UP = 5;

  private static final int PART_OF_RUN = 2;

  /** What a point's value is called among what was seen beside. */
  static final String GROWN = "grown";

  /** Its windows a second, whatever its figure is. */
  static final String WINDOWS_PER_SECOND = "windowsPerSecond";

  /** Its memory. */
  static final String MEMORY_MB = "memoryMb";

  private final BenchSettings settings;
  private final BenchCluster cluster;
  private final Runs runs;
  private final Path folder;
  private final PipelineBench pipeline;
  private final Progress progress;
  private final Failures failures;
  private final Map<Point, Throughput> measured = new HashMap<>();
  private int number;

  GrowthBench(
      BenchSettings settings,
      BenchCluster cluster,
      Runs runs,
      Path folder,
      PipelineBench pipeline,
      Progress progress,
      Failures failures) {
    this.settings = settings;
    this.cluster = cluster;
    this.runs = runs;
    this.folder = folder;
    this.pipeline = pipeline;
    this.progress = progress;
    this.failures = failures;
  }

  /** One point of a line; those that are alike are measured once. */
  private record Point(ModelShape model, int devices, int threads) {}

  /** Measures all lines into a list. */
  void run(List<Figure> figures) throws InterruptedException {
    for (GrowthLine line : GrowthLine.values()) {
      if (settings.quick() && line != GrowthLine.DEVICES) {
        continue;
      }
      int[] grown = settings.quick() ? new int[] {10} : line.values(settings.full());
      Integer first = null;
      for (int value : grown) {
        failures.attempt(Part.GROWTH, line.told(value), () -> measure(point(line, value)));
        if (measured.containsKey(point(line, value))) {
          first = first == null ? value : first;
          figures.add(figure(line, value, first));
        }
      }
    }
  }

  private Point point(GrowthLine line, int value) {
    return new Point(
        line.model(value),
        line == GrowthLine.DEVICES ? value : settings.devices(),
        line == GrowthLine.THREADS ? value : 1);
  }

  private Figure figure(GrowthLine line, int value, int first) {
    Throughput one = measured.get(point(line, value));
    boolean bySample = line == GrowthLine.LENGTH;
    return Figure.of(
            line.told(value),
            bySample ? "samples/s" : "windows/s",
            List.of(told(line, value, bySample)))
        .beside(line.told(first), List.of(told(line, first, bySample)))
        .with(GROWN, (double) value)
        .with(WINDOWS_PER_SECOND, one.windowsPerSecond())
        .with("cpuMicrosPerWindow", one.cpuMicros())
        .with("cpuMicrosPerSample", one.cpuMicros() / line.model(value).hop())
        .with(MEMORY_MB, one.memoryMb())
        .with("windows", (double) one.windows())
        .with("warmSeconds", one.warmSeconds())
        .with("stolen", one.stolen());
  }

  /** Every window brings as many samples as its hop has. */
  private double told(GrowthLine line, int value, boolean bySample) {
    double rate = measured.get(point(line, value)).windowsPerSecond();
    return bySample ? line.model(value).hop() * rate : rate;
  }

  private void measure(Point point) throws InterruptedException {
    if (measured.containsKey(point)) {
      return;
    }
    number++;
    String topic = "grown-" + number;
    Path bundle = folder.resolve(topic + ".whisker");
    point.model().bundle().write(bundle);
    Duration warmUp = settings.warmUp().dividedBy(PART_OF_WARM_UP);
    Duration time = settings.run().dividedBy(PART_OF_RUN);
    BenchReadings readings = new BenchReadings(PipelineBench.MANY, point.model().channels());
    double wanted =
        MARGIN
            * pipeline.rate(Contender.AT_LEAST_ONCE)
            * point.threads()
            * warmUp.plus(time).toMillis()
            / 1e3;
    double most =
        (settings.full() ? MOST_BYTES_IN_FULL : MOST_BYTES)
            / readings.bytesPerSample()
            / point.model().hop();
    long windowsEach = Math.max(1, Math.round(Math.min(wanted, most) / point.devices()));
    Fleet fleet = new Fleet(point.model(), readings, point.devices());
    long turns = fleet.turns(windowsEach);
    try {
      cluster.publish(topic, fleet, turns);
      Throughput one =
          runs.measure(
              Contender.AT_LEAST_ONCE,
              topic,
              bundle,
              point.threads(),
              fleet.windows(turns),
              warmUp,
              time);
      progress.say(
          "%d devices, %d samples × %d channels every %d, %d threads: %.0f windows/s, %.0f MB%s",
          point.devices(),
          point.model().length(),
          point.model().channels(),
          point.model().hop(),
          point.threads(),
          one.windowsPerSecond(),
          one.memoryMb(),
          HostTime.told(one.stolen()));
      measured.put(point, one);
    } finally {
      cluster.deleteAll(topic);
    }
  }
}
