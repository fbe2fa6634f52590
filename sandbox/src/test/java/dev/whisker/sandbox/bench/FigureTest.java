package dev.whisker.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void theRatioIsTheMedianOfTheRoundsAndNotThatOfTheMedians() {
    Figure figure =
        Figure.of("any", "windows/s", List.of(10.0, 30.0, 20.0))
            .beside("peer", List.of(20.0, 30.0, 80.0));

    assertThat(figure.figure()).isEqualTo(20);
    assertThat(figure.peer()).isEqualTo(30);
    assertThat(figure.ratio()).isEqualTo(0.5);
    assertThat(figure.rounds()).containsExactly(10.0, 30.0, 20.0);
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Figure.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
  }

  @Test
  void aGoalIsMetOrNot() {
    Figure half = Figure.of("any", "ms", List.of(10.0)).beside("peer", List.of(20.0));

    assertThat(half.met()).isNull();
    assertThat(half.withLeastRatio(0.5).met()).isTrue();
    assertThat(half.withLeastRatio(0.51).met()).isFalse();
    assertThat(half.withMost(10).met()).isTrue();
    assertThat(half.withMost(9.9).met()).isFalse();
    assertThat(half.withMost(9.9).goal()).isEqualTo("figure <= 9.9 ms");
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    assertThat(Figure.of("any", "ms", List.of(1.0)).with("a", 2.0).with("b", null).more())
        .containsOnlyKeys("a");
  }
}
