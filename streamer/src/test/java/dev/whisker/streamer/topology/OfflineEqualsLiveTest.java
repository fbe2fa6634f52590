package dev.whisker.streamer.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.Labeler;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.StableLabel;
import dev.whisker.classifier.window.GridBuffer;
import dev.whisker.classifier.window.RecordingWindows;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.Samples;
import dev.whisker.schemas.SensorReading;
import dev.whisker.streamer.config.StreamerConfig.Store;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The same samples through the offline path and through the topology. */
class OfflineEqualsLiveTest {
  private static final long T0 = 1_780_000_000_000_000L;
  private static final String[] TRUTHS = {"low", "high", null};

  @Property(tries = 150)
  void anyChunkingOfAnySamplesGivesTheOfflinePredictions(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 24) int length,
      @ForAll @IntRange(min = 1, max = 24) int hop,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll @IntRange(min = 0, max = 3) int gracePeriods,
      @ForAll @IntRange(min = 1, max = 48) int shortest) {
    WindowSpec spec =
        new WindowSpec(
            1_000,
            length,
            Math.min(hop, length),
            5,
            gracePeriods * 1_000L,
            0.8,
            Math.min(shortest, length));
    compare(manifest(spec, channels), new Random(seed), Path.of("unused"), Store.MEMORY);
  }

  /** Stable labels by a filter, which begins anew after gaps, and uncertain windows among them. */
  @Property(tries = 40)
  void aMarkovFilterGivesTheOfflinePredictions(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int length,
      @ForAll @IntRange(min = 1, max = 8) int hop,
      @ForAll @IntRange(min = 0, max = 3) int gracePeriods) {
    WindowSpec spec =
        new WindowSpec(1_000, length, Math.min(hop, length), 5, gracePeriods * 1_000L, 0.8);
    compare(
        TestStreamer.filtering(spec, 0.85, "x"), new Random(seed), Path.of("unused"), Store.MEMORY);
  }

  @Property(tries = 50)
  void stateIsCarriedAsOffline(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll @IntRange(min = 0, max = 3) int gracePeriods) {
    WindowSpec spec = new WindowSpec(1_000, length, length, 5, gracePeriods * 1_000L, 0.8);
    Manifest manifest = TestStreamer.manifest(spec, "x", "y").withState(new Manifest.State(1, 1));
    compare(
        manifest,
        new TestStreamer.MemoryClassifier(manifest),
        new Random(seed),
        Path.of("unused"),
        Store.MEMORY);
  }

  @Property(tries = 3)
  void rocksDbGivesTheOfflinePredictions(@ForAll long seed) throws IOException {
    Path folder = Files.createTempDirectory("whisker-state");
    compare(manifest(WindowSpec.of(1_000, 20, 7), 2), new Random(seed), folder, Store.ROCKSDB);
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }

  private static Manifest manifest(WindowSpec spec, int channels) {
    return TestStreamer.manifest(spec, Arrays.copyOf(new String[] {"x", "y", "z"}, channels));
  }

  private static void compare(Manifest manifest, Random random, Path folder, Store store) {
    compare(manifest, new TestStreamer.BitClassifier(manifest), random, folder, store);
  }

  private static void compare(
      Manifest manifest, SequenceClassifier classifier, Random random, Path folder, Store store) {
    WindowSpec spec = manifest.window();
    int channels = manifest.channels().size();
    Map<String, List<SensorReading>> published = new LinkedHashMap<>();
    for (String device : List.of("d1", "d2", "a longer name ü")) {
      published.put(device, readings(device, channels, random));
    }
    try (TestStreamer streamer = new TestStreamer(manifest, classifier, folder, store)) {
      List<List<SensorReading>> queues =
          published.values().stream().map(ArrayList::new).collect(Collectors.toList());
      queues.removeIf(List::isEmpty);
      while (!queues.isEmpty()) {
        List<SensorReading> together = new ArrayList<>();
        for (int most = 1 + random.nextInt(8); most > 0 && !queues.isEmpty(); most--) {
          together.add(queues.get(random.nextInt(queues.size())).remove(0));
          queues.removeIf(List::isEmpty);
        }
        streamer.publishTogether(together);
      }
      if (spec.graceMicros() > 0 || spec.pads()) {
        // What the grace holds back is released when the device is evicted, at the latest; then a
        // stretch that is shorter than a window ends, too.
        streamer.pass(Duration.ofMinutes(20));
      }
      Map<String, List<Prediction>> live =
          streamer.predictions().stream().collect(Collectors.groupingBy(Prediction::device));
      published.forEach(
          (device, readings) ->
              assertThat(live.getOrDefault(device, List.of()))
                  .isEqualTo(offline(manifest, classifier, device, readings)));
    }
  }

  /** Jitter, another rate, gaps, duplicates and disorder, cut into readings at random. */
  private static List<SensorReading> readings(String device, int channels, Random random) {
    List<SensorReading> readings = new ArrayList<>();
    long time = T0 + random.nextInt(5_000);
    int total = random.nextInt(120);
    boolean regular = random.nextBoolean();
    int made = 0;
    while (made < total) {
      int count = 1 + random.nextInt(12);
      float[] values = new float[count * channels];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      double period = regular ? 1_000 : 400 + random.nextInt(1_500);
      String label = TRUTHS[random.nextInt(20) < 17 ? 0 : random.nextInt(3)];
      readings.add(
          new SensorReading(
              device,
              time,
              regular ? OptionalDouble.empty() : OptionalDouble.of(period),
              new Samples(values, channels),
              label));
      made += count;
      time += Math.round(count * period);
      switch (random.nextInt(12)) {
        case 0 -> time += 5_001 + random.nextInt(9_000);
        case 1 -> time -= random.nextInt(4_000);
        case 2 -> time += random.nextInt(3_000);
        default -> time += regular ? 0 : random.nextInt(100);
      }
    }
    return readings;
  }

  private static List<Prediction> offline(
      Manifest manifest,
      SequenceClassifier classifier,
      String device,
      List<SensorReading> readings) {
    int channels = manifest.channels().size();
    RecordingWindows recording = new RecordingWindows(manifest.window(), channels);
    for (SensorReading reading : readings) {
      for (int i = 0; i < reading.samples().count(); i++) {
        recording.accept(
            reading.timeMicros(i, manifest.window().periodMicros()),
            reading.samples().values(),
            i * channels,
            reading.label());
      }
    }
    Labeler labeler = new Labeler(manifest);
    StableLabel stable = new StableLabel(manifest.smoothing());
    float[] window = new float[manifest.window().length() * channels];
    float[] probabilities = new float[2];
    List<Prediction> predictions = new ArrayList<>();
    float[] state = new float[classifier.stateSize()];
    GridBuffer latest = null;
    for (Window one : recording.finish()) {
      if (one.buffer() != latest) { // begins the recording, or follows on a gap
        Arrays.fill(state, 0);
        latest = one.buffer();
      }
      one.copyTo(window, 0);
      classifier.classify(window, 1, state, probabilities);
      predictions.add(labeler.label(device, one, probabilities, 0, stable));
    }
    return predictions;
  }
}
