package dev.whisker.streamer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Manifest.Histogram;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.streamer.config.MetricsChoice;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static final Duration PERIOD = Duration.ofMinutes(15);
  private static final int LENGTH = 10;

  /** The deciles of the standard normal distribution. */
  private static final List<Float> DECILES =
      List.of(-1.2816f, -0.8416f, -0.5244f, -0.2533f, 0f, 0.2533f, 0.5244f, 0.8416f, 1.2816f);

  private final SettableClock clock = new SettableClock();
  private final Manifest normal =
      BusyStreamer.manifest(
          List.of(new Histogram(DECILES, Arrays.asList(tenths()))), List.of(0.75, 0.25));
  private final Drift drift = new Drift(normal, PERIOD, clock);

  private static Float[] tenths() {
    Float[] shares = new Float[10];
    Arrays.fill(shares, 0.1f);
    return shares;
  }

  private void windows(int count, DoubleSupplier value) {
    float[] values = new float[count * LENGTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.getAsDouble();
    }
    drift.windows(values, count);
  }

  private void predictions(int low, int high) {
    for (int i = 0; i < low + high; i++) {
      drift.predicted(BusyStreamer.prediction("d1", i < low ? "low" : "high"));
    }
  }

  @Test
  void theIndexIsTheFormulas() {
    // (0.5 − 0.25) ln 2 + (0.5 − 0.75) ln (2/3), by hand.
    assertThat(Drift.psi(new long[] {50, 50}, new double[] {0.25, 0.75}))
        .isCloseTo(0.25 * Math.log(2) - 0.25 * Math.log(2.0 / 3), within(1e-12));
    assertThat(Drift.psi(new long[] {25, 75}, new double[] {0.25, 0.75})).isZero();
    assertThat(Drift.psi(new long[2], new double[] {0.25, 0.75})).isNaN();
  }

  @Test
  void aBinThatIsEmptyGivesALargeIndexAndNotAnInfiniteOne() {
    assertThat(Drift.psi(new long[] {0, 100}, new double[] {0.5, 0.5}))
        .isCloseTo(0.5 * Math.log(2) + 0.4999 * Math.log(5_000), within(1e-9));
    assertThat(Drift.psi(new long[] {50, 50}, new double[] {0, 1})).isBetween(2.0, 5.0);
  }

  @Test
  void valuesAsInTrainingDoNotDrift() {
    Random random = new Random(1);
    windows(2_000, random::nextGaussian);
    assertThat(drift.channel(0)).isBetween(0.0, 0.01);
  }

  @Test
  void aShiftByHalfADeviationIsMuch() {
    // Two normal distributions of the deviation 1 that are d apart have the index d² (the sum of
    // both Kullback-Leibler divergences, d²/2 each); in bins it is a little less.
    Random random = new Random(2);
    windows(2_000, () -> random.nextGaussian() + 0.5);
    assertThat(drift.channel(0)).isBetween(0.2, 0.27);
  }

  @Test
  void valuesThatAreTwiceAsFarApartDrift() {
    Random random = new Random(3);
    windows(2_000, () -> 2 * random.nextGaussian());
    assertThat(drift.channel(0)).isGreaterThan(0.25);
  }

  @Test
  void ofALongWindowSamplesAllOverItAreCounted() {
    Manifest once =
        new Manifest(
            normal.formatVersion(),
            normal.name(),
            normal.version(),
            normal.created(),
            normal.channels(),
            WindowSpec.of(1_000, 4_096, 4_096),
            1,
            normal.labels(),
            normal.normalizer(),
            1,
            0,
            normal.smoothing(),
            normal.histograms(),
            null,
            null,
            null,
            normal.sha256());
    Drift of = new Drift(once, PERIOD, clock);
    // A sine whose period the counted samples' distance is a multiple of: its values have the
    // arcsine distribution, and would all be the same one if every 512th sample were counted.
    float[] window = new float[4_096];
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) (Math.sqrt(2) * Math.sin(2 * Math.PI * i / 16));
    }
    for (int i = 0; i < 200; i++) {
      of.windows(window, 1);
    }
    double expected = Drift.psi(histogram(window), tenthsOf());
    assertThat(of.channel(0)).isCloseTo(expected, within(0.05 * expected));
  }

  private static double[] tenthsOf() {
    double[] shares = new double[10];
    Arrays.fill(shares, 0.1);
    return shares;
  }

  private static long[] histogram(float[] values) {
    long[] counts = new long[10];
    for (float value : values) {
      int bin = 0;
      while (bin < DECILES.size() && value >= DECILES.get(bin)) {
        bin++;
      }
      counts[bin]++;
    }
    return counts;
  }

  @Test
  void paddingCountsForNothing() {
    Random random = new Random(4);
    float[] values = new float[2_000 * LENGTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % LENGTH < 6 ? (float) random.nextGaussian() : Float.NaN;
    }
    drift.windows(values, 2_000);
    assertThat(drift.channel(0)).isBetween(0.0, 0.01);
  }

  @Test
  void fewWindowsSayNothing() {
    windows(Drift.FEWEST_WINDOWS - 1, () -> 0);
    predictions(Drift.FEWEST_WINDOWS - 1, 0);
    assertThat(drift.channel(0)).isNaN();
    assertThat(drift.labels()).isNaN();
    windows(1, () -> 0);
    predictions(1, 0);
    assertThat(drift.channel(0)).isGreaterThan(1);
    assertThat(drift.labels()).isGreaterThan(0.1);
  }

  @Test
  void labelsDriftByTheirShares() {
    predictions(75, 25);
    assertThat(drift.labels()).isCloseTo(0, within(1e-12));
    predictions(0, 100);
    assertThat(drift.labels())
        .isCloseTo(Drift.psi(new long[] {75, 125}, new double[] {0.75, 0.25}), within(1e-12));
  }

  @Test
  void whatIsOlderThanThePeriodIsForgotten() {
    Random random = new Random(5);
    windows(500, () -> random.nextGaussian() + 3);
    clock.pass(PERIOD.minusMinutes(1));
    windows(500, random::nextGaussian);
    assertThat(drift.channel(0)).as("both").isGreaterThan(0.5);
    clock.pass(Duration.ofMinutes(1));
    assertThat(drift.channel(0)).as("the later ones").isBetween(0.0, 0.03);
    clock.pass(PERIOD);
    assertThat(drift.channel(0)).as("none").isNaN();
    windows(200, () -> 3);
    assertThat(drift.channel(0)).as("a slice that is used again").isGreaterThan(1);
  }

  @Test
  void aNewModelStartsOverAndAnOldersPredictionsDoNotCount() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    StreamerMetrics metrics = new StreamerMetrics(registry, MetricsChoice.DEFAULT, clock);
    metrics.loaded(normal);
    for (int i = 0; i < 200; i++) {
      metrics.observed(normal, new float[LENGTH], 1);
      metrics.predicted(BusyStreamer.prediction("d1", "high"), 0, 0);
    }
    assertThat(registry.get("whisker.drift.psi").tag("channel", "x").gauge().value())
        .isGreaterThan(1);
    assertThat(registry.get("whisker.drift.labels").gauge().value()).isGreaterThan(1);
    metrics.loaded(
        BusyStreamer.manifest(
            List.of(new Histogram(List.of(1f), List.of(0.5f, 0.5f))), List.of(0.5, 0.5)));
    metrics.observed(normal, new float[LENGTH * 200], 200);
    assertThat(registry.get("whisker.drift.psi").gauge().value()).isNaN();
    assertThat(registry.get("whisker.drift.labels").gauge().value()).isNaN();
    metrics.loaded(BusyStreamer.manifest(List.of(), List.of()));
    assertThat(registry.find("whisker.drift.psi").gauge()).as("the bundle tells nothing").isNull();
    assertThat(registry.find("whisker.drift.labels").gauge()).isNull();
  }

  /** A clock that stands still until time is made to pass. */
  private static final class SettableClock extends Clock {
    private Instant now = Instant.parse("2026-06-01T12:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("Nobody asks for it");
    }
  }
}
