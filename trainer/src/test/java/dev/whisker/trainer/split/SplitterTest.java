package dev.whisker.trainer.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.classifier.bundle.Split;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.trainer.Samples;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SplitterTest {
  @Test
  void theSameSeedDrawsTheSameDevicesAndAnotherSeedOthers() {
    Recordings recordings = labelled(17, 17, 17);
    Split split = new Splitter(0.3, 0.2, 7).split(recordings, Split.Kind.DEVICE);
    assertThat(new Splitter(0.3, 0.2, 7).split(recordings, Split.Kind.DEVICE)).isEqualTo(split);
    assertThat(new Splitter(0.3, 0.2, 8).split(recordings, Split.Kind.DEVICE)).isNotEqualTo(split);
  }

  @Test
  void everyLabelHasItsShareOfEveryPart() {
    Recordings recordings = labelled(20, 20, 10);
    Split split = new Splitter(0.3, 0.2, 1).split(recordings, Split.Kind.DEVICE);
    assertThat(labels(split.test())).isEqualTo(new TreeMap<>(Map.of("0", 6L, "1", 6L, "2", 3L)));
    assertThat(labels(split.validation()).values()).allMatch(count -> count >= 1 && count <= 3);
    assertThat(split.validation()).hasSize(7);
  }

  @Test
  void theLastDeviceWithALabelIsLeftToTrainOn() {
    Recordings recordings = labelled(5, 1);
    Split split = new Splitter(0.3, 0.3, 1).split(recordings, Split.Kind.DEVICE);
    assertThat(split.test()).noneMatch(device -> device.startsWith("1"));
    assertThat(split.validation()).noneMatch(device -> device.startsWith("1"));
  }

  @Test
  void devicesAreTheDefaultWhereEveryLabelIsOnThreeOfThem() {
    assertThat(Splitter.defaultKind(labelled(3, 3))).isEqualTo(Split.Kind.DEVICE);
    assertThat(Splitter.defaultKind(labelled(9, 2))).isEqualTo(Split.Kind.TIME);
    assertThat(Splitter.defaultKind(labelled(1))).isEqualTo(Split.Kind.TIME);
  }

  @Test
  void aMisspelledSampleDoesNotChangeTheSplit() {
    List<Recording> recordings = new ArrayList<>(labelled(3, 3).recordings());
    recordings.add(Samples.counting("0-3", 10, i -> i == 5 ? "00" : "0"));
    assertThat(Splitter.defaultKind(Recordings.of(List.of("x"), recordings)))
        .isEqualTo(Split.Kind.DEVICE);
  }

  @Test
  void seriesAreNeverCut() {
    Recordings rare = labelled(3, 1);
    assertThat(Splitter.defaultKind(Recordings.of(rare.channels(), rare.recordings(), true)))
        .isEqualTo(Split.Kind.DEVICE);
  }

  @Test
  void tooFewDevicesToSplitByAreRefused() {
    assertThatThrownBy(() -> new Splitter(0.3, 0.2, 1).split(labelled(1, 1), Split.Kind.DEVICE))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("The 2 device(s) cannot be split by device")
        .hasMessageContaining("--split time");
  }

  @Test
  void aShareOutsideItsRangeIsRefused() {
    assertThatThrownBy(() -> new Splitter(1, 0.2, 1))
        .hasMessageContaining("test share is 1.0; expected 0 or more and less than 1");
    assertThatThrownBy(() -> new Splitter(0.3, Double.NaN, 1))
        .hasMessageContaining("validation share is NaN");
  }

  private static TreeMap<String, Long> labels(List<String> devices) {
    return devices.stream()
        .collect(
            Collectors.groupingBy(
                device -> device.substring(0, 1), TreeMap::new, Collectors.counting()));
  }

  /** So many devices with label 0, so many with label 1, …; a device's name begins with it. */
  private static Recordings labelled(int... devices) {
    List<Recording> recordings = new ArrayList<>();
    for (int label = 0; label < devices.length; label++) {
      String name = String.valueOf(label);
      for (int d = 0; d < devices[label]; d++) {
        recordings.add(Samples.counting(name + "-" + d, 10, i -> name));
      }
    }
    return Recordings.of(List.of("x"), recordings);
  }
}
