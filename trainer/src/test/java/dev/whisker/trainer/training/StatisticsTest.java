package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Manifest.Histogram;
import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void onlyTheBlocksOwnSamplesCount() {
    Recording recording = Samples.counting("d", 1_000, i -> null);
    Normalizer normalizer = new Statistics(List.of(new Block(recording, 1, 4))).normalizer();
    assertThat(normalizer.mean()).containsExactly(2f);
    assertThat(normalizer.standardDeviation().get(0))
        .isCloseTo((float) Math.sqrt(2.0 / 3), within(1e-6f));
  }

  @Test
  void aConstantChannelIsFoundAndHasTheDeviationOne() {
    float[] values = {7.3f, 1, 7.3f, 2, 7.3f, 3};
    Recording recording =
        new Recording("d", 2, new long[] {0, 1, 2}, values, new String[] {null, null, null});
    Statistics statistics = new Statistics(List.of(new Block(recording, 0, 3)));
    assertThat(statistics.constantChannels()).containsExactly(0);
    assertThat(statistics.normalizer().standardDeviation().get(0)).isEqualTo(1);
    Histogram histogram = statistics.histograms().get(0);
    // Neither below nor above it has anything been seen.
    assertThat(histogram.edges()).containsExactly(7.3f, Math.nextUp(7.3f));
    assertThat(histogram.shares()).containsExactly(0f, 1f, 0f);
  }

  @Test
  void histogramsAreTheDeciles() {
    Recording recording = Samples.counting("d", 1_000, i -> null);
    Histogram histogram =
        new Statistics(List.of(new Block(recording, 0, 1_000))).histograms().get(0);
    assertThat(histogram.edges())
        .containsExactly(100f, 200f, 300f, 400f, 500f, 600f, 700f, 800f, 900f);
    assertThat(histogram.shares()).hasSize(10).containsOnly(0.1f);
  }
}
