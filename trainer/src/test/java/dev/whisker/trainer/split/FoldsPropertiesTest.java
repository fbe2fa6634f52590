package dev.whisker.trainer.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FoldsPropertiesTest {
  @Property(tries = 200)
  void everyDeviceIsTestedOnceAndIsInOnePartOfEachFold(
      @ForAll @IntRange(min = 2, max = 6) int folds,
      @ForAll @IntRange(min = 12, max = 40) int devices,
      @ForAll long seed) {
    Recordings recordings = mixed(devices, seed);
    List<Split> splits = new Splitter(0, 0.2, seed).folds(recordings, folds);
    assertThat(splits).hasSize(folds);
    List<String> tested = new ArrayList<>();
    for (Split split : splits) {
      assertThat(split.kind()).isEqualTo(Split.Kind.DEVICE);
      assertThat(split.test()).isNotEmpty();
      assertThat(split.validation()).isNotEmpty();
      tested.addAll(split.test());
      List<String> all = new ArrayList<>();
      for (Part part : List.of(Part.TRAIN, Part.VALIDATION, Part.TEST)) {
        Parts.blocks(recordings, split, part).forEach(block -> all.add(block.recording().device()));
      }
      assertThat(all)
          .containsExactlyInAnyOrderElementsOf(
              recordings.recordings().stream().map(Recording::device).toList());
    }
    assertThat(tested)
        .containsExactlyInAnyOrderElementsOf(
            recordings.recordings().stream().map(Recording::device).toList());
    assertThat(new Splitter(0, 0.2, seed).folds(recordings, folds)).isEqualTo(splits);
  }

  @Property(tries = 50)
  void aLabelOfAsManyDevicesAsFoldsIsInEveryFold(
      @ForAll @IntRange(min = 2, max = 6) int folds, @ForAll long seed) {
    List<Recording> recordings = new ArrayList<>();
    for (String label : List.of("a", "b", "c")) {
      for (int d = 0; d < folds; d++) {
        recordings.add(Samples.counting(label + d, 10, i -> label));
      }
    }
    for (Split split :
        new Splitter(0, 0, seed).folds(Recordings.of(List.of("x"), recordings), folds)) {
      Set<String> labels = new HashSet<>();
      split.test().forEach(device -> labels.add(device.substring(0, 1)));
      assertThat(labels).containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  @Example
  void tooFewDevicesAreRefused() {
    Recordings four = mixed(4, 1);
    assertThatThrownBy(() -> new Splitter(0, 0.2, 1).folds(four, 5))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("The 4 device(s)")
        .hasMessageContaining("cannot be split into 5 folds");
    Recordings lone =
        Recordings.of(
            List.of("x"),
            List.of(
                Samples.counting("a", 10, i -> "a"),
                Samples.counting("b", 10, i -> "a"),
                Samples.counting("c", 10, i -> "b")));
    assertThatThrownBy(() -> new Splitter(0, 0.2, 1).folds(lone, 2))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("a label that only 1 of them have");
  }

  /** Devices of different lengths with one or both of two labels. */
  private static Recordings mixed(int devices, long seed) {
    Random random = new Random(seed);
    List<Recording> recordings = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      int samples = 10 + random.nextInt(50);
      int kind = d % 3;
      recordings.add(
          Samples.counting(
              "d" + d,
              samples,
              i -> kind == 0 ? "a" : kind == 1 ? "b" : i < samples / 2 ? "a" : "b"));
    }
    return Recordings.of(List.of("x"), recordings);
  }
}
