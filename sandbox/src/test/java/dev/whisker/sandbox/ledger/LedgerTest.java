package dev.whisker.sandbox.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.schemas.Prediction;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final long MILLI = 1_000_000;

  private final Ledger ledger = new Ledger();

  @Test
  void windowsThatArriveOnceAndAreTheSameAreExact() {
    for (int end = 1; end <= 3; end++) {
      ledger.expect(window("d1", end, 0.75f), 0);
      ledger.receive(window("d1", end, 0.75f), MILLI);
    }

    Ledger.Summary summary = ledger.summary();
    assertThat(summary.isExact()).isTrue();
    assertThat(summary.windows()).isEqualTo(3);
    assertThat(summary.predictions()).isEqualTo(3);
    assertThat(summary.faults()).isEmpty();
  }

  @Test
  void aWindowThatHasNotArrivedIsMissingUntilItDoes() {
    ledger.expect(window("d1", 1, 0.75f), 0);
    ledger.expect(window("d1", 2, 0.75f), 0);
    ledger.receive(window("d1", 2, 0.75f), MILLI);

    assertThat(ledger.outstanding()).isEqualTo(1);
    assertThat(ledger.summary().missing()).isEqualTo(1);
    assertThat(ledger.summary().faults()).singleElement().asString().contains("missing: device d1");

    ledger.receive(window("d1", 1, 0.75f), MILLI);
    assertThat(ledger.summary().isExact()).isTrue();
  }

  @Test
  void aWindowThatArrivesAgainIsDuplicated() {
    ledger.expect(window("d1", 1, 0.75f), 0);
    ledger.receive(window("d1", 1, 0.75f), MILLI);
    ledger.receive(window("d1", 1, 0.75f), MILLI);

    Ledger.Summary summary = ledger.summary();
    assertThat(summary.duplicated()).isEqualTo(1);
    assertThat(summary.missing()).isZero();
    assertThat(summary.isExact()).isFalse();
  }

  @Test
  void aWindowThatArrivesAgainAfterVeryManyOthersIsStillDuplicated() {
    for (int end = 1; end <= 10_000; end++) {
      ledger.expect(window("d1", end, 0.75f), 0);
      ledger.receive(window("d1", end, 0.75f), MILLI);
    }
    ledger.receive(window("d1", 1, 0.75f), MILLI);

    assertThat(ledger.summary().duplicated()).isEqualTo(1);
  }

  @Test
  void anotherLabelOrProbabilityIsWrongAndARoundedOneIsNot() {
    ledger.expect(window("d1", 1, 0.75f), 0);
    ledger.expect(window("d1", 2, 0.75f), 0);
    ledger.expect(window("d1", 3, 0.75f), 0);
    ledger.expect(window("d1", 4, 0.75f), 0);
    ledger.receive(window("d1", 1, 0.75f + 5e-6f), MILLI);
    ledger.receive(window("d1", 2, 0.75f + 5e-5f), MILLI);
    ledger.receive(window("d1", 3, 0.25f), MILLI);
    ledger.receive(window("d1", 4, Float.NaN), MILLI);

    assertThat(ledger.summary().wrong()).isEqualTo(3);
    assertThat(ledger.summary().missing()).isZero();
  }

  @Test
  void anotherStatusOrStableLabelIsWrong() {
    Prediction expected = window("d1", 1, 0.75f);
    for (long end = 1; end <= 2; end++) {
      ledger.expect(window("d1", end, 0.75f), 0);
    }
    ledger.receive(with(window("d1", 1, 0.75f), Prediction.Status.UNCERTAIN, "a"), MILLI);
    ledger.receive(with(window("d1", 2, 0.75f), expected.status(), "b"), MILLI);

    assertThat(ledger.summary().wrong()).isEqualTo(2);
    assertThat(ledger.summary().faults())
        .satisfiesExactly(
            fault -> assertThat(fault).endsWith("status UNCERTAIN, offline OK"),
            fault -> assertThat(fault).endsWith("stable label b, offline a"));
  }

  private static Prediction with(Prediction one, Prediction.Status status, String stableLabel) {
    return new Prediction(
        one.device(),
        one.windowStartMicros(),
        one.windowEndMicros(),
        one.label(),
        one.confidence(),
        one.probabilities(),
        status,
        stableLabel,
        one.filled(),
        one.model(),
        one.modelVersion(),
        one.truth());
  }

  @Test
  void aWindowThatTheOfflinePathDoesNotKnowIsUnexpected() {
    ledger.expect(window("d1", 1, 0.75f), 0);
    ledger.receive(window("d1", 1, 0.75f), MILLI);
    ledger.receive(window("d1", 5, 0.75f), MILLI);
    ledger.receive(window("d2", 1, 0.75f), MILLI);

    assertThat(ledger.summary().unexpected()).isEqualTo(2);
    assertThat(ledger.summary().isExact()).isFalse();
  }

  @Test
  void latencyCountsFromPublishingToArrival() {
    for (int end = 1; end <= 100; end++) {
      ledger.expect(window("d1", end, 0.75f), end * MILLI);
      ledger.receive(window("d1", end, 0.75f), 2 * end * MILLI);
    }

    assertThat(ledger.summary().latencyMillisP50()).isCloseTo(50, within(0.11));
    assertThat(ledger.summary().latencyMillisP99()).isCloseTo(99, within(0.11));
  }

  @Test
  void accuracyIsThatOfPredictionsWithATruth() {
    ledger.expect(window("d1", 1, 0.75f, "a"), 0);
    ledger.expect(window("d1", 2, 0.75f, "b"), 0);
    ledger.expect(window("d1", 3, 0.75f, null), 0);
    ledger.receive(window("d1", 1, 0.75f, "a"), MILLI);
    ledger.receive(window("d1", 2, 0.75f, "b"), MILLI);
    ledger.receive(window("d1", 3, 0.75f, null), MILLI);

    assertThat(ledger.summary().accuracy()).isEqualTo(0.5);
  }

  private static Prediction window(String device, long endMicros, float probabilityOfA) {
    return window(device, endMicros, probabilityOfA, null);
  }

  private static Prediction window(
      String device, long endMicros, float probabilityOfA, String truth) {
    Map<String, Float> probabilities = new LinkedHashMap<>();
    probabilities.put("a", probabilityOfA);
    probabilities.put("b", 1 - probabilityOfA);
    return new Prediction(
        device,
        endMicros - 10,
        endMicros,
        probabilityOfA > 0.5 ? "a" : "b",
        Math.max(probabilityOfA, 1 - probabilityOfA),
        probabilities,
        Prediction.Status.OK,
        "a",
        0,
        "demo",
        "1",
        truth);
  }
}
