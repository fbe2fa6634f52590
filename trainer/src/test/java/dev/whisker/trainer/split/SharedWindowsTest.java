package dev.whisker.trainer.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class SharedWindowsTest {
  private static final int LENGTH = 100;
  private static final WindowSpec SPEC = WindowSpec.of(Samples.PERIOD_MICROS, LENGTH, LENGTH);

  @Test
  void windowsWithTheSameValuesAreFoundWhereverTheyAre() {
    List<DeviceWindows> training = windows(Samples.counting("a", 1_000, i -> "on"));
    Recording shifted = recording("b", 300, i -> i + 2 * LENGTH);
    SharedWindows shared = new SharedWindows(training);
    assertThat(shared.count(windows(shifted))).isEqualTo(3);
    assertThat(shared.count(windows(recording("b", 300, i -> i + 50)))).isZero();
    assertThat(SharedWindows.told(training, List.of(), windows(shifted)))
        .contains(
            "3 of 3 test windows have exactly the values of a training window: their score says"
                + " little of new recordings");
    assertThat(SharedWindows.told(training, windows(shifted), windows(shifted)).orElseThrow())
        .startsWith("3 of 3 validation and 3 of 3 test windows have");
    assertThat(SharedWindows.told(training, List.of(), List.of())).isEmpty();
  }

  @Test
  void aSingleOtherValueMakesAnotherWindowEvenWhereItIsNotHashed() {
    SharedWindows shared = new SharedWindows(windows(recording("a", LENGTH, i -> i)));
    for (int other = 0; other < LENGTH; other++) {
      int changed = other;
      Recording recording = recording("b", LENGTH, i -> i == changed ? -1 : i);
      assertThat(shared.count(windows(recording))).isZero();
    }
  }

  @Test
  void manyEqualWindowsAreFoundOnceEach() {
    SharedWindows shared = new SharedWindows(windows(recording("a", 100 * LENGTH, i -> 5)));
    assertThat(shared.count(windows(recording("b", 50 * LENGTH, i -> 5)))).isEqualTo(50);
  }

  @Test
  void recordingsToTestOnThatAreCopiesAreTold() {
    Recordings training =
        Recordings.of(List.of("x"), List.of(recording("a", 9, i -> i), recording("b", 9, i -> -i)));
    Recordings test =
        Recordings.of(
            List.of("x"),
            List.of(
                recording("c", 9, i -> 7), recording("d", 9, i -> -i), recording("e", 8, i -> i)));
    assertThat(test.copiesOf(training))
        .contains(
            "1 of 3 recordings to test on have exactly the values of a training recording, d those"
                + " of b: their score says little of new recordings");
    assertThat(training.copiesOf(Recordings.of(List.of("x"), List.of()))).isEmpty();
  }

  private static List<DeviceWindows> windows(Recording recording) {
    return List.of(new Block(recording, 0, recording.samples()).windows(SPEC));
  }

  private static Recording recording(String device, int samples, IntUnaryOperator value) {
    long[] times = new long[samples];
    float[] values = new float[samples];
    String[] labels = new String[samples];
    Arrays.setAll(times, i -> i * Samples.PERIOD_MICROS);
    for (int i = 0; i < samples; i++) {
      values[i] = value.applyAsInt(i);
    }
    return new Recording(device, 1, times, values, labels);
  }
}
