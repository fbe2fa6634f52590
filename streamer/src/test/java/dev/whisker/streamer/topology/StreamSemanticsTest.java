package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * The topology against the {@link ReferenceWindows}: samples with jitter, other rates, gaps,
 * duplicates, disorder and wrong clocks, cut into readings, interleaved, spread over partitions and
 * interrupted by restarts at random.
 */
class StreamSemanticsTest {
  private static final String[] STORES = {"devices", "samples", "labels", "recurrent-states"};
  private static final String[] TRUTHS = {"low", "high", null};
  private static final long T0 = 1_780_000_000_000_000L;
  private static final long HOUR = 3_600_000_000L;
  private static final long YEAR_1601 = -11_644_473_600_000_000L;
  private static final long YEAR_9999 = 253_370_764_800_000_000L;

  /** A reading's longer periods are refused. */
  private static final double LONGEST_PERIOD = 1e15;

  private static final long LATEST =
      1_000 * TestStreamer.NOW.toEpochMilli() + HOUR; // what maxFuture allows

  @Property(tries = 80)
  void everyStreamGivesTheWindowsOfTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int length,
      @ForAll @IntRange(min = 1, max = 20) int hop,
      @ForAll @IntRange(min = 0, max = 4) int gracePeriods,
      @ForAll @IntRange(min = 1, max = 40) int shortest,
      @ForAll @IntRange(min = 1, max = 3) int partitions) {
    Random random = new Random(seed);
    double period = new double[] {1_000, 160, 333.3, 2, 20_000}[random.nextInt(5)];
    WindowSpec spec =
        new WindowSpec(
            period,
            length,
            Math.min(hop, length),
            1 + random.nextInt(6),
            Math.round(gracePeriods * period),
            0.8,
            Math.min(shortest, length));
    Manifest manifest = TestStreamer.manifest(spec, "x", "y");

    Map<String, List<SensorReading>> published = new LinkedHashMap<>();
    for (String device : List.of("a", "b", "c", "d")) {
      published.put(device, cut(device, samples(spec, random), period, random));
    }
    Map<String, List<Prediction>> live = stream(manifest, published, partitions, random);
    published.forEach(
        (device, readings) ->
            assertThat(live.getOrDefault(device, List.of()))
                .as("device " + device + " of seed " + seed)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("stableLabel")
                .isEqualTo(expected(manifest, device, readings)));
  }

  /** In the order of arrival. */
  private static List<ReferenceWindows.Sample> samples(WindowSpec spec, Random random) {
    long period = Math.round(spec.periodMicros());
    List<ReferenceWindows.Sample> samples = new ArrayList<>();
    long time = T0 + random.nextInt(5_000);
    int total = random.nextInt(150);
    String label = null;
    double rate = random.nextInt(3) == 0 ? 0.4 + 2 * random.nextDouble() : 1;
    for (int i = 0; i < total; i++) {
      long arrives = time;
      switch (random.nextInt(60)) {
        case 0, 1, 2 -> arrives -= random.nextLong(1 + 6 * period); // within and beyond the grace
        case 3, 4 -> arrives = samples.isEmpty() ? time : last(samples).timeMicros(); // again
        case 5 -> arrives = wrongClock(time, random);
        default -> {}
      }
      samples.add(
          new ReferenceWindows.Sample(
              arrives,
              new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()},
              label));
      long step = Math.max(1, Math.round(rate * spec.periodMicros()));
      switch (random.nextInt(25)) {
        case 0 -> step += random.nextLong(1 + 9 * period); // a gap, or nearly one
        case 1, 2, 3 -> step += random.nextLong(1 + period / 2); // jitter
        case 4 -> step = 1;
        default -> {}
      }
      time += step;
      if (random.nextInt(20) == 0) {
        label = TRUTHS[random.nextInt(3)];
      }
    }
    return samples;
  }

  private static long wrongClock(long time, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> YEAR_1601;
      case 1 -> YEAR_9999;
      case 2 -> time - 24 * HOUR;
      case 3 -> 0;
      case 4 -> LATEST + 1;
      default -> time + HOUR;
    };
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  /** Into readings, where the samples' times are such that one can hold several of them. */
  private static List<SensorReading> cut(
      String device, List<ReferenceWindows.Sample> samples, double period, Random random) {
    List<SensorReading> readings = new ArrayList<>();
    int most = 1 + random.nextInt(30);
    int from = 0;
    while (from < samples.size()) {
      ReferenceWindows.Sample first = samples.get(from);
      int to = from + 1;
      double step = period;
      if (to < samples.size() && samples.get(to).timeMicros() > first.timeMicros()) {
        step = samples.get(to).timeMicros() - first.timeMicros();
      }
      int atMost = 1 + random.nextInt(most);
      while (to < samples.size()
          && step < LONGEST_PERIOD
          && to - from < atMost
          && samples.get(to).timeMicros() == first.timeMicros() + Math.round((to - from) * step)
          && Objects.equals(samples.get(to).label(), first.label())) {
        to++;
      }
      step = to - from == 1 ? period : step;
      float[] values = new float[2 * (to - from)];
      for (int i = from; i < to; i++) {
        System.arraycopy(samples.get(i).values(), 0, values, 2 * (i - from), 2);
      }
      readings.add(
          new SensorReading(
              device,
              first.timeMicros(),
              step == period && random.nextBoolean()
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(step),
              new Samples(values, 2),
              first.label()));
      from = to;
    }
    return readings;
  }

  private static int partitionOf(SensorReading reading, int partitions) {
    return reading.device().hashCode() % partitions;
  }

  /** Through one streamer a partition, each of which is replaced now and then. */
  private static Map<String, List<Prediction>> stream(
      Manifest manifest,
      Map<String, List<SensorReading>> published,
      int partitions,
      Random random) {
    List<TestStreamer> streamers = new ArrayList<>();
    List<List<Prediction>> predictions = new ArrayList<>();
    try {
      for (int i = 0; i < partitions; i++) {
        streamers.add(new TestStreamer(manifest, TestStreamer.anyRoom(random)));
        predictions.add(new ArrayList<>());
      }
      List<Deque<SensorReading>> waiting = new ArrayList<>();
      published.values().forEach(readings -> waiting.add(new ArrayDeque<>(readings)));
      waiting.removeIf(Deque::isEmpty);
      while (!waiting.isEmpty()) {
        // What one poll brings of a partition: often one reading, now and then many.
        int partition = random.nextInt(partitions);
        List<Deque<SensorReading>> here =
            waiting.stream()
                .filter(readings -> partitionOf(readings.peek(), partitions) == partition)
                .collect(Collectors.toCollection(ArrayList::new));
        List<SensorReading> together = new ArrayList<>();
        int most = random.nextBoolean() ? 1 : 1 + random.nextInt(30);
        while (!here.isEmpty() && together.size() < most) {
          together.add(here.get(random.nextInt(here.size())).remove());
          here.removeIf(Deque::isEmpty);
        }
        waiting.removeIf(Deque::isEmpty);
        if (together.isEmpty()) {
          continue;
        }
        streamers.get(partition).publishTogether(together);
        if (random.nextInt(40) == 0) {
          TestStreamer before = streamers.get(partition);
          predictions.get(partition).addAll(before.predictions());
          TestStreamer after = new TestStreamer(manifest, TestStreamer.anyRoom(random));
          after.restore(before, STORES);
          before.close();
          streamers.set(partition, after);
        }
      }
      Map<String, List<Prediction>> byDevice = new LinkedHashMap<>();
      for (int i = 0; i < partitions; i++) {
        // Then what the grace holds back comes out, and stretches end.
        streamers.get(i).pass(Duration.ofMinutes(20));
        predictions.get(i).addAll(streamers.get(i).predictions());
        for (Prediction prediction : predictions.get(i)) {
          byDevice
              .computeIfAbsent(prediction.device(), device -> new ArrayList<>())
              .add(prediction);
        }
      }
      return byDevice;
    } finally {
      streamers.forEach(TestStreamer::close);
    }
  }

  private static List<Prediction> expected(
      Manifest manifest, String device, List<SensorReading> readings) {
    WindowSpec spec = manifest.window();
    List<ReferenceWindows.Sample> arrived = new ArrayList<>();
    for (SensorReading reading : readings) {
      int count = reading.samples().count();
      double step = reading.periodMicros().orElse(spec.periodMicros());
      if (reading.timeMicros() + Math.round((count - 1) * step) > LATEST) {
        continue; // refused
      }
      for (int i = 0; i < count; i++) {
        arrived.add(
            new ReferenceWindows.Sample(
                reading.timeMicros() + Math.round(i * step),
                Arrays.copyOfRange(reading.samples().values(), 2 * i, 2 * i + 2),
                reading.label()));
      }
    }
    List<Prediction> predictions = new ArrayList<>();
    try (TestStreamer.BitClassifier classifier = new TestStreamer.BitClassifier(manifest)) {
      for (ReferenceWindows.Window window : ReferenceWindows.of(spec, 2, arrived)) {
        float[] probabilities = new float[2];
        classifier.classify(window.values(), 1, probabilities);
        int best = probabilities[1] > probabilities[0] ? 1 : 0;
        predictions.add(
            new Prediction(
                device,
                window.startMicros(),
                window.endMicros(),
                TestStreamer.LABELS.get(best),
                probabilities[best],
                Map.of("low", probabilities[0], "high", probabilities[1]),
                Prediction.Status.OK,
                "",
                window.filled(),
                manifest.name(),
                manifest.version(),
                window.truth()));
      }
    }
    return predictions;
  }
}
