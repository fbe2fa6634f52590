package dev.whisker.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.cli.CommandFailure;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FramesTest {
  @Property
  void theDefaultDividesTheWindowAndMakesFewEnoughSteps(
      @ForAll @IntRange(min = 1, max = 5_000) int length) {
    int frame = Frames.defaultFor(length);
    assertThat(length % frame).isZero();
    assertThat(length / frame).isLessThanOrEqualTo(Frames.MOST_STEPS);
    assertThatCode(() -> Frames.require(frame, length)).doesNotThrowAnyException();
  }

  @Test
  void theDefaultIsTheSmallestSuchDivisor() {
    assertThat(Frames.defaultFor(20)).isEqualTo(1);
    assertThat(Frames.defaultFor(100)).isEqualTo(4);
    assertThat(Frames.defaultFor(3_125)).isEqualTo(125);
    assertThat(Frames.fineFor(20)).isEqualTo(1);
    assertThat(Frames.fineFor(128)).isEqualTo(2);
    assertThat(Frames.fineFor(3_125)).isEqualTo(25);
  }

  @Test
  void aFrameThatDoesNotDivideTheWindowIsRefusedWithTheNearestThatDo() {
    assertThatThrownBy(() -> Frames.require(7, 100))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("Frames of 7 samples do not divide a window of 100")
        .hasMessageContaining("[2, 4, 5, 10]")
        .hasMessageContaining("--frame");
  }
}
