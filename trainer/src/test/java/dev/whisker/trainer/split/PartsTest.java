package dev.whisker.trainer.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.window.Window;
import dev.whisker.classifier.window.WindowSpec;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PartsTest {
  private static final List<Part> APART = List.of(Part.TRAIN, Part.VALIDATION, Part.TEST);

  @Property(tries = 200)
  void everySampleIsInExactlyOnePart(
      @ForAll Split.Kind kind,
      @ForAll @IntRange(min = 8, max = 20) int devices,
      @ForAll @DoubleRange(max = 0.4) double testShare,
      @ForAll @DoubleRange(max = 0.4) double validationShare,
      @ForAll long seed) {
    Recordings recordings = twoLabels(devices);
    Split split = new Splitter(testShare, validationShare, seed).split(recordings, kind);
    Set<String> seen = new HashSet<>();
    int samples = 0;
    for (Part part : APART) {
      for (Block block : Parts.blocks(recordings, split, part)) {
        for (int i = block.from(); i < block.to(); i++) {
          assertThat(seen.add(block.recording().device() + " " + i)).isTrue();
          samples++;
        }
      }
    }
    assertThat(samples)
        .isEqualTo(recordings.recordings().stream().mapToInt(Recording::samples).sum());
  }

  @Property(tries = 100)
  void noDeviceIsInTwoPartsOfASplitByDevice(
      @ForAll @IntRange(min = 6, max = 40) int devices, @ForAll long seed) {
    Recordings recordings = twoLabels(devices);
    Split split = new Splitter(0.3, 0.2, seed).split(recordings, Split.Kind.DEVICE);
    List<String> all = new ArrayList<>();
    for (Part part : APART) {
      List<String> own =
          Parts.blocks(recordings, split, part).stream().map(b -> b.recording().device()).toList();
      assertThat(own).isNotEmpty();
      all.addAll(own);
    }
    assertThat(all).doesNotHaveDuplicates().hasSize(devices);
  }

  @Test
  void noWindowCrossesACut() {
    Recordings recordings =
        Recordings.of(List.of("x"), List.of(Samples.counting("d", 1_000, i -> "on")));
    Split split = new Splitter(0.3, 0.2, 1).split(recordings, Split.Kind.TIME);
    WindowSpec spec = WindowSpec.of(Samples.PERIOD_MICROS, 50, 7);
    int[][] bounds = {{0, 560}, {560, 700}, {700, 1_000}};
    for (Part part : APART) {
      List<DeviceWindows> windows = Parts.windows(Parts.blocks(recordings, split, part), spec);
      assertThat(windows).hasSize(1);
      assertThat(windows.get(0).windows()).isNotEmpty();
      for (Window window : windows.get(0).windows()) {
        float[] values = new float[50];
        window.copyTo(values, 0);
        assertThat(values[0]).isGreaterThanOrEqualTo(bounds[part.ordinal()][0]);
        assertThat(values[49]).isLessThan(bounds[part.ordinal()][1]);
      }
    }
  }

  /** A machine that was recorded in one state after the other. */
  @Test
  void statesOneAfterTheOtherAreEachInEveryPart() {
    String[] states = {"healthy", "imbalance", "fault"};
    Recordings recordings =
        Recordings.of(List.of("x"), List.of(Samples.counting("d", 900, i -> states[i / 300])));
    Split split = new Splitter(0.3, 0.2, 1).split(recordings, Split.Kind.TIME);
    int[] expected = {168, 42, 90};
    for (Part part : APART) {
      List<Block> blocks = Parts.blocks(recordings, split, part);
      assertThat(blocks)
          .extracting(block -> block.recording().label(block.from()))
          .containsExactly(states);
      assertThat(blocks).extracting(Block::samples).containsOnly(expected[part.ordinal()]);
    }
  }

  @Test
  void allIsWholeRecordings() {
    Recordings recordings = twoLabels(6);
    for (Split.Kind kind : Split.Kind.values()) {
      Split split = new Splitter(0.3, 0.2, 1).split(recordings, kind);
      assertThat(Parts.blocks(recordings, split, Part.ALL))
          .extracting(Block::samples)
          .containsOnly(100)
          .hasSize(6);
    }
  }

  private static Recordings twoLabels(int devices) {
    List<Recording> recordings = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      String label = d % 2 == 0 ? "on" : "off";
      recordings.add(Samples.counting("d" + d, 100, i -> label));
    }
    return Recordings.of(List.of("x"), recordings);
  }
}
