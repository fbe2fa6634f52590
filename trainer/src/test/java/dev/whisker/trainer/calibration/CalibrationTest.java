package dev.whisker.trainer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.bundle.Quality;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.evaluation.ClassifiedWindows;
import dev.whisker.trainer.evaluation.ConfusionMatrix;
import dev.whisker.trainer.evaluation.ServedQuality;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
  private static final List<String> LABELS = Classified.LABELS;
  private static final List<Double> EVEN = Collections.nCopies(3, 1.0 / 3);
  private static final WindowSpec SPEC = WindowSpec.of(Samples.PERIOD_MICROS, 1, 1);
  private static final Markov STICKY =
      new Markov(
          List.of(List.of(0.9, 0.05, 0.05), List.of(0.05, 0.9, 0.05), List.of(0.05, 0.05, 0.9)),
          EVEN,
          EVEN,
          1);

  // temperature

  @Test
  void fewWindowsLeaveTheTemperatureAtOne() {
    String truths = "a".repeat(TemperatureFit.FEWEST_WINDOWS - 1);
    assertThat(TemperatureFit.fit(List.of(), LABELS)).isEqualTo(1);
    assertThat(TemperatureFit.fit(List.of(Classified.of(truths, truths, 0.6)), LABELS))
        .isEqualTo(1);
    assertThat(
            TemperatureFit.fit(List.of(Classified.of(truths + "...", truths + "aaa", 0.6)), LABELS))
        .as("windows without truth are no evidence")
        .isEqualTo(1);
    assertThat(TemperatureFit.fit(List.of(Classified.of(truths + "a", truths + "a", 0.6)), LABELS))
        .isLessThan(1);
  }

  /** Laplace's rule with a quarter of a window for each of three labels: 100.25 of 100.75. */
  @Test
  void windowsThatAreAllRightMakeAModelAsSureAsTheirNumberAllows() {
    String truths = "abca".repeat(25);
    ClassifiedWindows right = Classified.of(truths, truths, 0.6);
    double temperature = TemperatureFit.fit(List.of(right), LABELS);
    assertThat((double) right.sharpened(1 / temperature).confidence(0))
        .isCloseTo(100.25 / 100.75, within(1e-4));
  }

  @Test
  void theTemperatureStaysInItsRange() {
    String truths = "abc".repeat(20);
    String wrong = "bca".repeat(20);
    assertThat(TemperatureFit.fit(List.of(Classified.of(truths, wrong, 0.999)), LABELS))
        .isCloseTo(TemperatureFit.MOST, within(0.001));
    assertThat(TemperatureFit.fit(List.of(Classified.of(truths, truths, 0.334)), LABELS))
        .isCloseTo(TemperatureFit.LEAST, within(0.001));
  }

  // threshold

  @Test
  void wilsonsLowerBoundIsTheOneComputedByHand() {
    assertThat(RejectThreshold.bound(99, 99)).isCloseTo(0.99, within(1e-12));
    assertThat(RejectThreshold.bound(8, 10))
        .isCloseTo((0.8 + 0.05 - Math.sqrt(0.016 + 0.0025)) / 1.1, within(1e-12));
    assertThat(RejectThreshold.bound(0, 10)).isCloseTo(0, within(1e-12));
  }

  /** 100 right windows at 0.9, then 10 at 0.7 of which half are wrong, then 50 wrong ones. */
  private static ClassifiedWindows falling() {
    double[] confidences = new double[160];
    Arrays.fill(confidences, 0, 100, 0.9);
    Arrays.fill(confidences, 100, 110, 0.7);
    Arrays.fill(confidences, 110, 160, 0.5);
    return Classified.of(
        "a".repeat(160), "a".repeat(100) + "ab".repeat(5) + "b".repeat(50), confidences);
  }

  @ParameterizedTest
  @CsvSource({"0.99, 0.8", "0.95, 0.8", "0.93, 0.6", "0.5, 0"})
  void theThresholdIsTheLowestThatReachesThePrecision(double precision, double threshold) {
    RejectThreshold found = RejectThreshold.of(List.of(falling()), LABELS, precision);
    assertThat(found.isReached()).isTrue();
    assertThat(found.bound()).isGreaterThanOrEqualTo(precision);
    assertThat(found.threshold()).isCloseTo(threshold, within(1e-6));
  }

  @Test
  void whereNoThresholdReachesThePrecisionTheMostPreciseOneIsTaken() {
    RejectThreshold found = RejectThreshold.of(List.of(falling()), LABELS, 0.995);
    assertThat(found.isReached()).isFalse();
    assertThat(found.threshold()).isCloseTo(0.8, within(1e-6));
    assertThat(found.bound()).isCloseTo(100.0 / 101, within(1e-12));
  }

  @Test
  void withoutATruthThereIsNoThreshold() {
    assertThatThrownBy(
            () -> RejectThreshold.of(List.of(Classified.of("..", "aa", 0.9)), LABELS, 0.9))
        .hasMessageContaining("No window has a known truth");
  }

  // transitions

  @Test
  void transitionsAreThoseOfConsecutiveWindowsAndEndsCountAsChanges() {
    Markov markov =
        TransitionEstimate.of(
            List.of(Classified.windows("aaab"), Classified.windows("cc")), LABELS, EVEN, SPEC);
    // One each, then a→a twice, a→b once; b ends; c→c once, and c ends.
    assertThat(markov.transitions().get(0)).containsExactly(3.0 / 6, 2.0 / 6, 1.0 / 6);
    assertThat(markov.transitions().get(1)).containsExactly(1.5 / 4, 1.0 / 4, 1.5 / 4);
    assertThat(markov.transitions().get(2)).containsExactly(1.5 / 5, 1.5 / 5, 2.0 / 5);
    assertThat(markov.start()).containsExactly(4.0 / 9, 2.0 / 9, 3.0 / 9);
    assertThat(markov.priors()).isEqualTo(EVEN);
    assertThat(markov.evidence()).isEqualTo(1);
  }

  @Test
  void windowsOfBothLabelsBelongToTheChangeAndLongerOnesBreakTheStretch() {
    // Windows of 4 samples every 2: at most two windows in a row hold a change.
    WindowSpec spec = WindowSpec.of(Samples.PERIOD_MICROS, 4, 2);
    Recording change = Samples.counting("d", 16, i -> i < 7 ? "a" : "b");
    DeviceWindows windows = new Block(change, 0, 16).windows(spec);
    assertThat(windows.windows().stream().map(one -> "" + one.truth()))
        .containsExactly("a", "a", "null", "null", "b", "b", "b");
    Markov markov = TransitionEstimate.of(List.of(windows), LABELS, EVEN, spec);
    // a→a, then the two windows between and a→b; b→b twice and an end.
    assertThat(markov.transitions().get(0)).containsExactly(4.0 / 7, 2.0 / 7, 1.0 / 7);
    assertThat(markov.transitions().get(1)).containsExactly(1.5 / 6, 3.0 / 6, 1.5 / 6);
    assertThat(markov.evidence()).isEqualTo(0.5);

    Recording unlabelled = Samples.counting("d", 30, i -> i < 8 ? "a" : i < 22 ? null : "b");
    Markov apart =
        TransitionEstimate.of(
            List.of(new Block(unlabelled, 0, 30).windows(spec)), LABELS, EVEN, spec);
    // a→a twice, then an end: what was between is not known.
    assertThat(apart.transitions().get(0)).containsExactly(3.0 / 6, 1.5 / 6, 1.5 / 6);
  }

  @Test
  void nothingIsCountedAcrossAGap() {
    long[] times = {0, 1, 2, 100, 101};
    for (int i = 0; i < times.length; i++) {
      times[i] *= Samples.PERIOD_MICROS;
    }
    Recording gap =
        new Recording("d", 1, times, new float[5], new String[] {"a", "a", "a", "b", "b"});
    Markov markov =
        TransitionEstimate.of(List.of(new Block(gap, 0, 5).windows(SPEC)), LABELS, EVEN, SPEC);
    assertThat(markov.transitions().get(0)).containsExactly(3.0 / 6, 1.5 / 6, 1.5 / 6);
  }

  // smoothing

  @Test
  void aFilterIsChosenWhereItMakesFewerFalseChangesAndIsAsOftenRight() {
    String truths = "a".repeat(30) + "b".repeat(30);
    ClassifiedWindows right = Classified.of(truths, truths, 0.9);
    assertThat(SmoothingChoice.of(List.of(right), LABELS, 0, STICKY))
        .as("nothing to gain")
        .isEqualTo(Smoothing.NONE);
    String flickering = "aaaaaaaaaccaacaaaaaaacaaaaacaa" + "bbbbbbbccbbbbbcbbbbbbbbbbbbbab";
    ClassifiedWindows doubtful = Classified.of(truths, flickering, 0.6);
    assertThat(SmoothingChoice.of(List.of(doubtful), LABELS, 0, STICKY))
        .isEqualTo(Smoothing.by(STICKY));
    Quality.Effect effect =
        ServedQuality.effect(LABELS, Smoothing.by(STICKY), 0, List.of(doubtful));
    assertThat(effect.falseChanges()).isEqualTo(14);
    assertThat(effect.stableFalseChanges()).isZero();
    assertThat(effect.missedChanges()).isZero();
    assertThat(effect.accuracy()).isCloseTo(51.0 / 60, within(1e-12));
    assertThat(effect.stableAccuracy()).isGreaterThan(effect.accuracy());
  }

  @Test
  void tooFewConsecutiveWindowsLeaveTheUsualVote() {
    ClassifiedWindows few = Classified.of("aaaa", "abab", 0.9);
    assertThat(SmoothingChoice.of(List.of(few), LABELS, 0, STICKY)).isEqualTo(Smoothing.DEFAULT);
    assertThat(SmoothingChoice.of(List.of(), LABELS, 0, STICKY)).isEqualTo(Smoothing.DEFAULT);
  }

  @Test
  void smoothingsAreNamed() {
    assertThat(SmoothingChoice.named("none", () -> STICKY)).isEqualTo(Smoothing.NONE);
    assertThat(SmoothingChoice.named("3-of-4", () -> STICKY)).isEqualTo(new Smoothing(3, 4));
    assertThat(SmoothingChoice.named("markov", () -> STICKY)).isEqualTo(Smoothing.by(STICKY));
    assertThatThrownBy(() -> SmoothingChoice.require("kalman"))
        .hasMessage(
            "There is no smoothing 'kalman'; expected auto, none, markov or a vote such as 2-of-3");
    assertThatThrownBy(() -> SmoothingChoice.require("1-of-3")).hasMessageContaining("1 of 3");
    SmoothingChoice.require("auto");
  }

  // on top of any model

  @Test
  void aFilterOnTopOfLabelsKnowsFromOtherWindowsWhatTheySay() {
    String truths = "a".repeat(20) + "b".repeat(20);
    // The model often takes a for c, and never b.
    int[] given = new int[40];
    for (int i = 0; i < 40; i++) {
      given[i] = i < 20 ? (i % 3 == 0 ? 2 : 0) : 1;
    }
    DeviceWindows windows = Classified.windows(truths);
    ConfusionMatrix filtered =
        new MarkovOnTop(STICKY, LABELS).score(List.of(windows), given, List.of(windows), given);
    assertThat(filtered.accuracy()).isEqualTo(1);
    assertThat(filtered.windows()).isEqualTo(40);
  }

  @Test
  void aFilterOnTopOfProbabilitiesPassesWindowsWithoutATruthToo() {
    ClassifiedWindows windows = Classified.of("aaa..bb", "aaabbbb", 0.7);
    ConfusionMatrix filtered = new MarkovOnTop(STICKY, LABELS).score(List.of(windows));
    assertThat(filtered.windows()).isEqualTo(5);
    assertThat(filtered.accuracy()).isEqualTo(1);
  }
}
