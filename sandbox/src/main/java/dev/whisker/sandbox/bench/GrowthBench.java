package dev.whisker.sandbox.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The streamer under at-least-once while one thing grows and all others stay what they are. The
 * first point of each line is the peer of the others.
 */
final class GrowthBench {
  /** Of one backlog. */
  private static final double MOST_BYTES = 300e6;

  /** Windows of a light network are quicker than those of the model A. */
  private static final double MARGIN = 1.5;

  private static final Duration QUICK = Duration.ofSeconds(2);

  private final BenchSettings settings;
  private final BenchCluster cluster;
  private final Runs runs;
  private final Path folder;
  private final PipelineBench pipeline;
  private final Progress progress;
  private int number;

  GrowthBench(
      BenchSettings settings,
      BenchCluster cluster,
      Runs runs,
      Path folder,
      PipelineBench pipeline,
      Progress progress) {
    this.settings = settings;
    this.cluster = cluster;
    this.runs = runs;
    this.folder = folder;
    this.pipeline = pipeline;
    this.progress = progress;
  }

  /** One point of a line. */
  private record Point(String name, ModelShape model, int devices, int threads) {}

  /** Measures all lines. */
  List<Figure> run() throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    for (Map.Entry<String, List<Point>> line : lines().entrySet()) {
      Throughput first = null;
      for (Point point : line.getValue()) {
        Throughput one = measure(point);
        first = first == null ? one : first;
        boolean bySample = line.getKey().equals("length");
        double hop = bySample ? point.model().hop() : 1;
        double firstHop = bySample ? line.getValue().get(0).model().hop() : 1;
        figures.add(
            Figure.of(
                    line.getKey() + ": " + point.name(),
                    bySample ? "samples/s" : "windows/s",
                    List.of(hop * one.windowsPerSecond()))
                .beside(line.getValue().get(0).name(), List.of(firstHop * first.windowsPerSecond()))
                .with("cpuMicrosPerWindow", one.cpuMicros())
                .with("cpuMicrosPerSample", one.cpuMicros() / point.model().hop())
                .with("memoryMb", one.memoryMb())
                .with("windows", (double) one.windows()));
      }
    }
    return figures;
  }

  private Map<String, List<Point>> lines() {
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    if (settings.quick()) {
      lines.put("devices", devices(10));
      return lines;
    }
    boolean full = settings.full();
    lines.put(
        "devices", full ? devices(10, 100, 1_000, 10_000, 100_000) : devices(10, 1_000, 10_000));
    lines.put("channels", full ? channels(1, 3, 9, 27, 64) : channels(1, 64));
    lines.put("length", full ? lengths(64, 256, 1_024, 4_096) : lengths(64, 4_096));
    lines.put("hop / length", full ? overlaps(1, 2, 4, 8, 16) : overlaps(1, 16));
    lines.put("threads", List.of(threads(1), threads(2)));
    return lines;
  }

  private static List<Point> devices(int... counts) {
    List<Point> points = new ArrayList<>();
    for (int count : counts) {
      points.add(new Point(count + " devices", ModelShape.A, count, 1));
    }
    return points;
  }

  private List<Point> channels(int... counts) {
    List<Point> points = new ArrayList<>();
    for (int count : counts) {
      points.add(light(count + (count == 1 ? " channel" : " channels"), 128, 64, count));
    }
    return points;
  }

  /** Every window brings half of its samples, so that the cost of one may be compared. */
  private List<Point> lengths(int... lengths) {
    List<Point> points = new ArrayList<>();
    for (int length : lengths) {
      points.add(light(length + " samples a window", length, length / 2, 9));
    }
    return points;
  }

  private List<Point> overlaps(int... overlaps) {
    List<Point> points = new ArrayList<>();
    for (int overlap : overlaps) {
      points.add(light(overlap == 1 ? "1" : "1/" + overlap, 256, 256 / overlap, 9));
    }
    return points;
  }

  private Point light(String name, int length, int hop, int channels) {
    return new Point(name, ModelShape.light(length, hop, channels), settings.devices(), 1);
  }

  private Point threads(int count) {
    return new Point(
        count + (count == 1 ? " thread" : " threads"), ModelShape.A, settings.devices(), count);
  }

  private Throughput measure(Point point) throws InterruptedException {
    number++;
    String topic = "grown-" + number;
    Path bundle = folder.resolve(topic + ".whisker");
    point.model().bundle().write(bundle);
    Duration time = settings.quick() ? QUICK : settings.run().dividedBy(2);
    BenchReadings readings = new BenchReadings(PipelineBench.MANY, point.model().channels());
    double wanted =
        MARGIN * pipeline.rate(Contender.AT_LEAST_ONCE) * point.threads() * time.toMillis() / 1e3;
    double most = MOST_BYTES / readings.bytesPerSample() / point.model().hop();
    long windowsEach = Math.max(1, Math.round(Math.min(wanted, most) / point.devices()));
    Fleet fleet = new Fleet(point.model(), readings, point.devices());
    long turns = fleet.turns(windowsEach);
    cluster.publish(topic, fleet, turns);
    try {
      Throughput one =
          runs.measure(
              Contender.AT_LEAST_ONCE, topic, bundle, point.threads(), fleet.windows(turns), time);
      progress.say(
          "%s: %.0f windows/s of %d samples × %d channels, %.0f MB",
          point.name(),
          one.windowsPerSecond(),
          point.model().length(),
          point.model().channels(),
          one.memoryMb());
      return one;
    } finally {
      cluster.deleteAll(topic);
    }
  }
}
