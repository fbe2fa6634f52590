package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordsTest {
  @Test
  void samplesAreReadByIndexAndChannel() {
    Samples samples = new Samples(new float[] {1, 2, 3, 4, 5, 6}, 3);
    assertThat(samples.count()).isEqualTo(2);
    assertThat(samples.at(1, 0)).isEqualTo(4);
    assertThat(samples.at(0, 2)).isEqualTo(3);
  }

  @Test
  void samplesAreEqualByShapeAndBits() {
    Samples samples = new Samples(new float[] {0f, 1}, 2);
    assertThat(samples)
        .isEqualTo(new Samples(new float[] {0f, 1}, 2))
        .hasSameHashCodeAs(new Samples(new float[] {0f, 1}, 2))
        .isNotEqualTo(new Samples(new float[] {0f, 1}, 1))
        .isNotEqualTo(new Samples(new float[] {-0f, 1}, 2));
  }

  @Test
  void samplesAreWhole() {
    assertThatThrownBy(() -> new Samples(new float[5], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 values")
        .hasMessageContaining("2 channels");
    assertThatThrownBy(() -> new Samples(new float[0], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** They are tags of metrics and headers of dead letters: others depend on them. */
  @Test
  void theCodesOfTheReasonsStay() {
    assertThat(Arrays.stream(Reason.values()).map(Reason::code))
        .containsExactly(
            "undecodable",
            "no-device",
            "device-mismatch",
            "wrong-channels",
            "not-finite",
            "time-missing",
            "time-in-future",
            "too-large");
  }
}
