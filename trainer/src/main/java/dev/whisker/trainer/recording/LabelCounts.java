package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How often labels are found in recordings. */
public final class LabelCounts {
  private final TreeMap<String, Found> counts = new TreeMap<>();
  private final boolean series;
  private long samples;

  /** Counts. */
  public LabelCounts(Recordings recordings) {
    this.series = recordings.series();
    for (Recording recording : recordings.recordings()) {
      samples += recording.samples();
      int from = 0;
      for (int i = 1; i <= recording.samples(); i++) {
        // Labels come in long runs.
        if (i == recording.samples()
            || !Objects.equals(recording.label(i), recording.label(from))) {
          add(recording, from, i);
          from = i;
        }
      }
    }
  }

  private void add(Recording recording, int from, int to) {
    String label = recording.label(from);
    if (label != null) {
      Found found = counts.computeIfAbsent(label, name -> new Found(recording, from));
      found.samples += to - from;
      found.runs++;
    }
  }

  /**
   * Checks that there is something to tell apart.
   *
   * @param sources where the recordings are from, for the message
   * @throws CommandFailure if there are less than two labels
   */
  public void requireSeveral(List<String> sources) {
    String all = String.join(", ", sources);
    if (counts.isEmpty()) {
      throw new CommandFailure(
          "None of the "
              + samples
              + " samples in "
              + all
              + " has a label: there is no column of labels, or it is empty throughout. Fill it in,"
              + " name it with --label-column, or put the files into a folder a class");
    }
    if (counts.size() == 1) {
      throw new CommandFailure(
          "All "
              + counts.firstEntry().getValue().samples
              + " labelled samples in "
              + all
              + " have the label '"
              + counts.firstKey()
              + "'; at least two labels are expected. Give recordings of every class, or name the"
              + " column of labels with --label-column");
    }
  }

  /** The labels that one series or one sample alone has, for people: they may be misspelled. */
  public List<String> once() {
    List<String> texts = new ArrayList<>();
    for (Map.Entry<String, Found> entry : counts.entrySet()) {
      Found found = entry.getValue();
      if (series ? found.runs == 1 : found.samples == 1) {
        List<String> others = new ArrayList<>(counts.keySet());
        others.remove(entry.getKey());
        texts.add(
            "Only one "
                + (series ? "series" : "sample")
                + " has the label '"
                + entry.getKey()
                + "', "
                + (series
                    ? found.first.device()
                    : "device "
                        + found.first.device()
                        + " at "
                        + Instant.EPOCH.plus(
                            found.first.timeMicros(found.sample), ChronoUnit.MICROS))
                + ". Is it misspelled? The other labels are "
                + String.join(", ", others));
      }
    }
    return texts;
  }

  /** Where a label was found first, and how often. */
  private static final class Found {
    private final Recording first;
    private final int sample;
    private long samples;
    private int runs;

    Found(Recording first, int sample) {
      this.first = first;
      this.sample = sample;
    }
  }
}
