package dev.whisker.trainer.report;

import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.bundle.Split;
import dev.whisker.trainer.recording.Recording;
import dev.whisker.trainer.recording.Recordings;
import java.util.ArrayList;
import java.util.List;

/** What recordings hold, in a few facts. */
final class RecordingFacts {
  private RecordingFacts() {}

  /** Of recordings that a bundle was trained with. */
  static List<Named> of(Recordings recordings, Manifest manifest) {
    double period = manifest.window().periodMicros();
    List<Named> facts = new ArrayList<>(of(recordings));
    facts.add(new Named("Recorded time", Quantity.longSpan(samples(recordings) * period)));
    facts.add(new Named("Sampling", Quantity.period(period)));
    facts.add(
        new Named(
            "Window",
            manifest.window().length()
                + " samples ("
                + Quantity.span(manifest.window().length() * period)
                + "), a new one every "
                + Quantity.span(manifest.window().hop() * period)));
    facts.add(new Named("Split", split(manifest.split())));
    return List.copyOf(facts);
  }

  /** Of any recordings. */
  static List<Named> of(Recordings recordings) {
    return List.of(
        new Named("Devices", Quantity.count(recordings.recordings().size())),
        new Named("Channels", String.join(", ", recordings.channels())),
        new Named("Samples", Quantity.count(samples(recordings))));
  }

  /** How many they are, in a few words. */
  static String size(Recordings recordings) {
    return Quantity.counted(recordings.recordings().size(), "other device")
        + ", "
        + Quantity.counted(samples(recordings), "sample");
  }

  private static long samples(Recordings recordings) {
    return recordings.recordings().stream().mapToLong(Recording::samples).sum();
  }

  private static String split(Split split) {
    String what =
        split.kind() == Split.Kind.DEVICE ? "of the devices" : "of each recording, its end";
    String validation = Math.round(100 * split.validationShare()) + " % of the rest to validate on";
    return split.testShare() == 0
        ? Math.round(100 * split.validationShare()) + " % " + what + " to validate on"
        : Math.round(100 * split.testShare()) + " % " + what + ", to test on; " + validation;
  }
}
