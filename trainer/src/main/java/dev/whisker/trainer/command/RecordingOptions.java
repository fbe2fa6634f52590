package dev.whisker.trainer.command;

import dev.whisker.trainer.recording.Recordings;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The flags of every command that reads recordings: which, and what their content does not say. */
public final class RecordingOptions extends RecordingLayoutOptions {
  /** What may be given as recordings. */
  public static final String DATA =
      "Recordings: .csv, .ts, .tsv, .arff, matrices beside a labels.txt; gzipped or not; folders"
          + " of them; or kafka:TOPIC, labelled readings up to the topic's present end.";

  @Option(names = "--data", required = true, arity = "1..*", paramLabel = "P", description = DATA)
  private List<String> data;

  /** What the recordings are read from, as it was given. */
  public List<String> data() {
    return data;
  }

  /**
   * Reads {@code --data}.
   *
   * @param settings the settings of Kafka's clients, by Kafka's own keys
   * @param notes is told what was left out
   * @throws dev.whisker.classifier.cli.CommandFailure if it cannot be read
   */
  public Recordings read(Map<String, String> settings, Consumer<String> notes) {
    return read(data, settings, notes);
  }
}
