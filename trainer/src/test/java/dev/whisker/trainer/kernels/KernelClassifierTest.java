package dev.whisker.trainer.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.LabelledWindows;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.split.Part;
import dev.whisker.trainer.split.Parts;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelClassifierTest {
  private static final List<String> LABELS = List.of("fast", "slow");

  @Test
  void twoKindsOfSinesAreToldApartOnDevicesNeverSeen() {
    Recordings recordings = Samples.sines(12, 200, 1);
    Split split =
        new Split(
            Split.Kind.DEVICE,
            0.3,
            0,
            1,
            recordings.recordings().subList(0, 4).stream().map(one -> one.device()).toList(),
            List.of());
    LabelledWindows training = windows(recordings, split, Part.TRAIN);
    LabelledWindows test = windows(recordings, split, Part.TEST);
    assertThat(accuracy(training, test)).isGreaterThanOrEqualTo(0.95);
    assertThat(accuracy(training, test)).isEqualTo(accuracy(training, test));
  }

  @Test
  void windowsShorterThanAKernelAreTaken() {
    Recordings recordings = Samples.sines(4, 60, 2);
    Split split = new Split(Split.Kind.TIME, 0.3, 0, 1, List.of(), List.of());
    LabelledWindows training =
        new LabelledWindows(
            Parts.windows(Parts.blocks(recordings, split, Part.TRAIN), WindowSpec.of(20_000, 5, 5)),
            LABELS);
    ConfusionMatrix counts = new ConfusionMatrix(LABELS);
    new KernelClassifier(training, normalizer(), 2, 1).classify(training, counts);
    assertThat(counts.windows()).isEqualTo(training.size());
  }

  @Test
  void featuresAreSharesOfPlacesAboveAThreshold() {
    float[][] windows = new float[5][60];
    Random random = new Random(3);
    for (float[] window : windows) {
      for (int i = 0; i < window.length; i++) {
        window[i] = (float) random.nextGaussian();
      }
    }
    KernelTransform transform = new KernelTransform(windows, 30, 2, 7);
    float[] features = new float[transform.features()];
    double mean = 0;
    for (float[] window : windows) {
      transform.transform(window, transform.room(), features);
      for (float feature : features) {
        assertThat(feature).isBetween(0f, 1f);
        mean += feature;
      }
    }
    assertThat(features.length).isBetween(9_000, 10_000);
    assertThat(mean / windows.length / features.length)
        .as("thresholds are quantiles of all heights")
        .isBetween(0.4, 0.6);
  }

  @Test
  void ridgeFindsTheFeatureThatMatters() {
    Random random = new Random(4);
    float[][] rows = new float[60][200];
    int[] labels = new int[rows.length];
    float[][] others = new float[100][200];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % 3;
      draw(rows[i], labels[i], random);
    }
    Ridge ridge = new Ridge(rows, labels, 3);
    int right = 0;
    for (int i = 0; i < others.length; i++) {
      draw(others[i], i % 3, random);
      right += ridge.classify(others[i]) == i % 3 ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(90);
  }

  /** Noise, but for the first features, which say the label. */
  private static void draw(float[] row, int label, Random random) {
    for (int f = 0; f < row.length; f++) {
      row[f] = (float) random.nextGaussian() + (f % 20 == label ? 4 : 0);
    }
  }

  private static double accuracy(LabelledWindows training, LabelledWindows test) {
    ConfusionMatrix counts = new ConfusionMatrix(LABELS);
    new KernelClassifier(training, normalizer(), 2, 1).classify(test, counts);
    return counts.accuracy();
  }

  private static LabelledWindows windows(Recordings recordings, Split split, Part part) {
    return new LabelledWindows(
        Parts.windows(Parts.blocks(recordings, split, part), WindowSpec.of(20_000, 20, 10)),
        LABELS);
  }

  private static Normalizer normalizer() {
    return new Normalizer(List.of(0f, 0f), List.of(1f, 1f));
  }
}
