package dev.whisker.classifier.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkovTest {
  private static final List<Double> EVEN = List.of(0.5, 0.5);
  private static final List<List<Double>> STICKY = List.of(List.of(0.9, 0.1), List.of(0.1, 0.9));

  /** The state after each window; a window is the probability of label b, above 1 no number. */
  private static String states(Markov markov, double... probabilitiesOfB) {
    StableLabel stable = new StableLabel(Smoothing.by(markov));
    StringBuilder text = new StringBuilder();
    for (double b : probabilitiesOfB) {
      float[] window =
          b > 1 ? new float[] {Float.NaN, 0} : new float[] {(float) (1 - b), (float) b};
      int before = stable.stable();
      boolean changed = stable.next(StableLabel.NONE, window, 0, text.length() == 0);
      assertThat(changed).isEqualTo(stable.stable() != before);
      text.append(stable.stable() == StableLabel.NONE ? '.' : (char) ('a' + stable.stable()));
    }
    return text.toString();
  }

  @Test
  void theForwardStepIsTheOneComputedByHand() {
    Belief belief =
        new Belief(
            new Markov(
                List.of(List.of(0.9, 0.1), List.of(0.3, 0.7)),
                List.of(0.8, 0.2),
                List.of(0.25, 0.75),
                1));
    // 0.8 · 0.5 / 0.25 against 0.2 · 0.5 / 0.75
    belief.next(new float[] {0.5f, 0.5f}, 0);
    assertThat(belief.labels[0]).isCloseTo(1.6 / (1.6 + 0.1 / 0.75), within(1e-12));
    double a = belief.labels[0];
    // The prediction, weighed by 0.2 / 0.25 and 0.8 / 0.75.
    double next = (a * 0.9 + (1 - a) * 0.3) * 0.8;
    double other = (a * 0.1 + (1 - a) * 0.7) * (0.8 / 0.75);
    belief.next(new float[] {0.2f, 0.8f}, 0);
    assertThat(belief.labels[0]).isCloseTo(next / (next + other), within(1e-7));
  }

  @Test
  void aSingleDoubtfulWindowChangesNothingAndSeveralOrASureOneDo() {
    Markov markov = new Markov(STICKY, EVEN, EVEN, 1);
    assertThat(states(markov, 0.1, 0.1, 0.8, 0.1, 0.1)).isEqualTo("aaaaa");
    assertThat(states(markov, 0.1, 0.1, 0.8, 0.8, 0.8)).isEqualTo("aaabb");
    assertThat(states(markov, 0.1, 0.1, 0.999, 0.2)).isEqualTo("aabb");
  }

  @Test
  void lessEvidenceTakesMoreWindows() {
    assertThat(states(new Markov(STICKY, EVEN, EVEN, 0.25), 0.1, 0.1, 0.1, 0.8, 0.8, 0.8, 0.8))
        .isEqualTo("aaaaabb");
    assertThat(states(new Markov(STICKY, EVEN, EVEN, 1), 0.1, 0.1, 0.1, 0.8, 0.8, 0.8, 0.8))
        .isEqualTo("aaaabbb");
  }

  @Test
  void aWindowWithoutNumbersLetsTimePassAndIsNoFirstState() {
    Markov markov = new Markov(STICKY, EVEN, EVEN, 1);
    assertThat(states(markov, 2, 2, 0.3, 2, 2)).isEqualTo("..aaa");
    // After many windows that say nothing the next one alone decides.
    assertThat(states(markov, 0.01, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0.6)).isEqualTo("aaaaaaaaaab");
  }

  @Test
  void theFilterBeginsAnewAfterAGapAndTheStableLabelStaysUntilThen() {
    Markov markov = new Markov(STICKY, EVEN, EVEN, 1);
    StableLabel stable = new StableLabel(Smoothing.by(markov));
    for (int i = 0; i < 5; i++) {
      stable.next(0, new float[] {0.99f, 0.01f}, 0, i == 0);
    }
    assertThat(stable.next(1, new float[] {0.4f, 0.6f}, 0, false)).isFalse();
    assertThat(stable.next(StableLabel.NONE, new float[] {Float.NaN, 0.6f}, 0, true)).isFalse();
    assertThat(stable.stable()).isZero();
    assertThat(stable.next(1, new float[] {0.4f, 0.6f}, 0, true)).isTrue();
    assertThat(stable.stable()).isEqualTo(1);
  }

  @Test
  void whatIsNoFilterIsRefused() {
    assertThatThrownBy(() -> new Markov(List.of(List.of(0.9, 0.2), EVEN), EVEN, EVEN, 1))
        .hasMessageContaining("a row of transitions that sums to 1.1");
    assertThatThrownBy(() -> new Markov(List.of(EVEN), EVEN, EVEN, 1))
        .hasMessageContaining("has 2 values as a row of transitions; 1 are expected");
    assertThatThrownBy(() -> new Markov(STICKY, List.of(1.0, 0.0), EVEN, 1))
        .hasMessageContaining("has the value 0.0 in the start");
    assertThatThrownBy(() -> new Markov(STICKY, EVEN, List.of(Double.NaN, 0.5), 1))
        .hasMessageContaining("has the value NaN in the priors");
    assertThatThrownBy(() -> new Markov(STICKY, EVEN, EVEN, 0))
        .hasMessageContaining("has the evidence 0.0");
  }

  @Test
  void smoothingsHaveNames() {
    assertThat(new Smoothing(2, 3).form()).isEqualTo("2-of-3");
    assertThat(Smoothing.NONE.form()).isEqualTo("none");
    assertThat(Smoothing.by(new Markov(STICKY, EVEN, EVEN, 1)).form()).isEqualTo("markov");
  }
}
