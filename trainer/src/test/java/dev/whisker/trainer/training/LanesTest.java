package dev.whisker.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Normalizer;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.split.Block;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final int LENGTH = 4;
  private static final WindowSpec SPEC = WindowSpec.of(Samples.PERIOD_MICROS, LENGTH, LENGTH);
  private static final Normalizer NORMALIZER = new Normalizer(List.of(0f), List.of(1f));

  /** A device whose samples are numbered from a value on; every tenth of them has no label. */
  private static DeviceWindows device(String name, int first, int samples) {
    return device(name, first, samples, i -> i / LENGTH % 10 == 3 ? null : "a", -1);
  }

  private static DeviceWindows device(
      String name, int first, int samples, IntFunction<String> label, int gapBefore) {
    long[] times = new long[samples];
    float[] values = new float[samples];
    String[] labels = new String[samples];
    for (int i = 0; i < samples; i++) {
      times[i] = (i + (gapBefore >= 0 && i >= gapBefore ? 100 : 0)) * Samples.PERIOD_MICROS;
      values[i] = first + i;
      labels[i] = label.apply(i);
    }
    return new Block(new Recording(name, 1, times, values, labels), 0, samples).windows(SPEC);
  }

  private static Lanes lanes(int lanes, boolean shift, DeviceWindows... devices) {
    TrainingSettings settings =
        TrainingSettings.builder().network("stateful-lstm").batch(lanes).shift(shift).build();
    return new Lanes(List.of(devices), List.of("a", "b"), NORMALIZER, settings);
  }

  /** Every batch of an epoch: the first value of each window, followed on by where it came from. */
  private static List<int[][]> epoch(Lanes lanes, int number) {
    List<int[][]> batches = new ArrayList<>();
    lanes.begin(number);
    while (lanes.next()) {
      int[][] batch = new int[lanes.count()][];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = new int[] {(int) lanes.values()[i * LENGTH], lanes.before(i)};
        for (int s = 1; s < LENGTH; s++) {
          assertThat(lanes.values()[i * LENGTH + s]).isEqualTo(batch[i][0] + s);
        }
      }
      batches.add(batch);
    }
    return batches;
  }

  @Test
  void everyWindowComesOnceAndFollowsOnTheOneBeforeIt() {
    Lanes lanes =
        lanes(
            3,
            false,
            device("d0", 0, 7 * LENGTH),
            device("d1", 1_000, 2 * LENGTH + 3),
            device("d2", 2_000, 4 * LENGTH),
            device("d3", 3_000, 3 * LENGTH),
            device("d4", 4_000, LENGTH - 1));
    List<int[][]> batches = epoch(lanes, 1);
    TreeSet<Integer> seen = new TreeSet<>();
    int[][] before = {};
    for (int[][] batch : batches) {
      assertThat(batch.length).isBetween(1, 3);
      for (int i = 0; i < batch.length; i++) {
        assertThat(seen.add(batch[i][0])).isTrue();
        if (batch[i][1] == Lanes.NONE) {
          assertThat(batch[i][0] % 1_000).as("a first window").isZero();
        } else {
          assertThat(batch[i][1]).isGreaterThanOrEqualTo(i);
          assertThat(batch[i][0]).isEqualTo(before[batch[i][1]][0] + LENGTH);
        }
      }
      before = batch;
    }
    assertThat(seen).hasSize(7 + 2 + 4 + 3);
    assertThat(batches.get(0)).hasNumberOfRows(3);
  }

  @Test
  void aGapBeginsAnewWithoutState() {
    DeviceWindows device = device("d", 0, 6 * LENGTH, i -> "a", 3 * LENGTH);
    assertThat(device.gaps()).isEqualTo(1);
    Map<Integer, Integer> before = new HashMap<>();
    for (int[][] batch : epoch(lanes(1, false, device), 1)) {
      before.put(batch[0][0], batch[0][1]);
    }
    assertThat(before)
        .containsEntry(0, Lanes.NONE)
        .containsEntry(LENGTH, 0)
        .containsEntry(3 * LENGTH, Lanes.NONE)
        .containsEntry(4 * LENGTH, 0);
  }

  @Test
  void aLongRecordingIsSharedOutToTheLanes() {
    int windows = 200;
    List<int[][]> batches = epoch(lanes(4, false, device("d", 0, windows * LENGTH)), 1);
    assertThat(batches).hasSize(50);
    assertThat(batches).allSatisfy(batch -> assertThat(batch).hasNumberOfRows(4));
    List<int[][]> fewer = epoch(lanes(64, false, device("d", 0, windows * LENGTH)), 1);
    assertThat(fewer.size()).as("but not into crumbs").isBetween(28, 32);
  }

  @Test
  void seedAndEpochDecideTheOrder() {
    DeviceWindows[] devices = new DeviceWindows[8];
    Arrays.setAll(devices, d -> device("d" + d, 1_000 * d, (3 + d) * LENGTH));
    assertThat(
            Arrays.deepEquals(
                epoch(lanes(3, true, devices), 2).toArray(),
                epoch(lanes(3, true, devices), 2).toArray()))
        .isTrue();
    assertThat(firstOnes(epoch(lanes(3, true, devices), 2)))
        .isNotEqualTo(firstOnes(epoch(lanes(3, true, devices), 3)));
  }

  private static List<Integer> firstOnes(List<int[][]> batches) {
    return batches.stream().flatMap(Arrays::stream).map(window -> window[0]).toList();
  }

  @Test
  void shiftedWindowsBeginAnywhereUnlessThatCostsTheirTruth() {
    DeviceWindows steady = device("d", 0, 20 * LENGTH, i -> "a", -1);
    DeviceWindows changing = device("d", 0, 20 * LENGTH, i -> i / LENGTH % 2 == 0 ? "a" : "b", -1);
    TreeSet<Integer> steadyStarts = new TreeSet<>();
    TreeSet<Integer> changingStarts = new TreeSet<>();
    for (int number = 1; number <= 40; number++) {
      steadyStarts.add(firstOnes(epoch(lanes(1, true, steady), number)).get(0));
      changingStarts.add(firstOnes(epoch(lanes(1, true, changing), number)).get(0));
    }
    assertThat(steadyStarts).containsExactly(0, 1, 2, 3);
    assertThat(changingStarts).containsExactly(0);
  }

  @Test
  void changesOfTheLabelCountOnlyBetweenTwoGaps() {
    IntFunction<String> half = i -> i < 3 * LENGTH ? "a" : "b";
    assertThat(Lanes.anyChanges(List.of(device("d", 0, 6 * LENGTH, half, -1)))).isTrue();
    assertThat(Lanes.anyChanges(List.of(device("d", 0, 6 * LENGTH, half, 3 * LENGTH)))).isFalse();
    assertThat(Lanes.anyChanges(List.of(device("d", 0, 20 * LENGTH)))).as("unlabelled").isFalse();
  }

  @Test
  void windowsWithoutTruthAreThereWithoutLabel() {
    Lanes lanes = lanes(1, false, device("d", 0, 20 * LENGTH));
    lanes.begin(1);
    int labelled = 0;
    for (int i = 0; i < 20; i++) {
      assertThat(lanes.next()).isTrue();
      assertThat(lanes.label(0)).isEqualTo(i % 10 == 3 ? Lanes.NO_LABEL : 0);
      labelled += lanes.labelled();
    }
    assertThat(lanes.next()).isFalse();
    assertThat(labelled).isEqualTo(18);
  }
}
