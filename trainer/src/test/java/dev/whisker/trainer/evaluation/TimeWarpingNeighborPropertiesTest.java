package dev.whisker.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TimeWarpingNeighborPropertiesTest {
  @Property(tries = 100)
  void theDistanceIsThatOfThePlainAlgorithm(
      @ForAll @IntRange(min = 2, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll long seed) {
    LabelledWindows windows = windows(6, length, channels, seed);
    Normalizer normalizer = normalizer(channels);
    TimeWarpingNeighbor neighbor = new TimeWarpingNeighbor(windows, normalizer);
    for (int i = 1; i < windows.size(); i++) {
      double expected = plain(windows.window(0), windows.window(i), normalizer);
      assertThat((double) neighbor.distance(windows.window(0), windows.window(i)))
          .isCloseTo(expected, within(1e-4 * expected));
    }
  }

  @Property(tries = 50)
  void whatIsRuledOutEarlyIsNeverTheNearest(
      @ForAll @IntRange(min = 2, max = 40) int length,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll long seed) {
    LabelledWindows training = windows(20, length, channels, seed);
    LabelledWindows asked = windows(10, length, channels, seed + 1);
    Normalizer normalizer = normalizer(channels);
    List<String> labels = List.of("0", "1", "2");
    ConfusionMatrix counts = new ConfusionMatrix(labels);
    ConfusionMatrix expected = new ConfusionMatrix(labels);
    int used = new TimeWarpingNeighbor(training, normalizer).classify(asked, counts);
    for (int i = 0; i < asked.size(); i++) {
      int nearest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < training.size(); j++) {
        double distance = plain(asked.window(i), training.window(j), normalizer);
        if (distance < least) {
          least = distance;
          nearest = j;
        }
      }
      expected.add(asked.label(i), training.label(nearest));
    }
    assertThat(used).isEqualTo(training.size());
    assertThat(counts.rows()).isEqualTo(expected.rows());
  }

  @Example
  void aShiftWithinTheBandCostsNothing() {
    float[] early = new float[20];
    float[] late = new float[20];
    early[8] = 1;
    late[10] = 1;
    Window a = window(early);
    Window b = window(late);
    LabelledWindows one = windows(1, 20, 1, 1);
    assertThat(new TimeWarpingNeighbor(one, normalizer(1)).distance(a, b)).isZero();
  }

  @Example
  void itIsToldBeforehandWhatCannotFinish() {
    TimeWarpingNeighbor neighbor = new TimeWarpingNeighbor(windows(20, 40, 3, 1), normalizer(3));
    assertThat(neighbor.canFinish(1_000)).isTrue();
    assertThat(neighbor.canFinish(Integer.MAX_VALUE)).isFalse();
  }

  /** The whole matrix of costs, without bounds. */
  private static double plain(Window a, Window b, Normalizer normalizer) {
    int length = a.buffer().spec().length();
    int channels = normalizer.mean().size();
    float[] first = new float[length * channels];
    float[] second = new float[length * channels];
    a.copyTo(first, 0);
    b.copyTo(second, 0);
    int band = (int) Math.ceil(0.1 * length);
    double[][] cost = new double[length + 1][length + 1];
    for (double[] row : cost) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    cost[0][0] = 0;
    for (int i = 1; i <= length; i++) {
      for (int j = Math.max(1, i - band); j <= Math.min(length, i + band); j++) {
        double squares = 0;
        for (int c = 0; c < channels; c++) {
          double off =
              (first[(i - 1) * channels + c] - second[(j - 1) * channels + c])
                  / normalizer.standardDeviation().get(c);
          squares += off * off;
        }
        cost[i][j] =
            squares + Math.min(cost[i - 1][j - 1], Math.min(cost[i - 1][j], cost[i][j - 1]));
      }
    }
    return cost[length][length];
  }

  private static Normalizer normalizer(int channels) {
    return new Normalizer(
        Collections.nCopies(channels, 0f), List.of(2f, 0.5f, 3f).subList(0, channels));
  }

  /** Random walks, of three labels by turns. */
  private static LabelledWindows windows(int count, int length, int channels, long seed) {
    Random random = new Random(seed);
    int samples = count * length;
    long[] times = new long[samples];
    String[] labels = new String[samples];
    float[] values = new float[samples * channels];
    for (int i = 0; i < samples; i++) {
      times[i] = i * Samples.PERIOD_MICROS;
      labels[i] = String.valueOf(i / length % 3);
      for (int c = 0; c < channels; c++) {
        float before = i % length == 0 ? 0 : values[(i - 1) * channels + c];
        values[i * channels + c] = before + (float) random.nextGaussian();
      }
    }
    Recording recording = new Recording("d", channels, times, values, labels);
    return new LabelledWindows(
        List.of(new Block(recording, 0, samples).windows(spec(length))), List.of("0", "1", "2"));
  }

  private static Window window(float[] values) {
    long[] times = new long[values.length];
    String[] labels = new String[values.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = i * Samples.PERIOD_MICROS;
    }
    Recording recording = new Recording("d", 1, times, values, labels);
    return new Block(recording, 0, values.length).windows(spec(values.length)).windows().get(0);
  }

  private static WindowSpec spec(int length) {
    return new WindowSpec(
        Samples.PERIOD_MICROS, length, length, WindowSpec.DEFAULT_MAX_GAP_PERIODS, 0, 0.8);
  }
}
