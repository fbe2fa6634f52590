package dev.whisker.trainer.command;

import dev.whisker.trainer.recording.FileKind;
import dev.whisker.trainer.recording.RecordingLayout;
import dev.whisker.trainer.recording.RecordingReader;
import dev.whisker.trainer.recording.Recordings;
import dev.whisker.trainer.recording.TimeColumn;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The flags that say of recordings what their content does not. */
public class RecordingLayoutOptions {
  @Option(
      names = "--format",
      paramLabel = "csv|ts|tsv|arff|matrix",
      description = "How files are laid out (default: what their content says).")
  private FileKind format;

  @Option(
      names = "--device-column",
      paramLabel = "NAME",
      description = "CSV: the column of device ids (default: device).")
  private String deviceColumn;

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description =
          "CSV: the column of times (default: time, time_s, time_ms, time_us or time_ns).")
  private String timeColumn;

  @Option(
      names = "--time-unit",
      paramLabel = "s|ms|us|ns|iso",
      description =
          "CSV: what times are (default: what their column's name ends with, else ISO-8601 or"
              + " milliseconds).")
  private TimeColumn timeUnit;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "CSV, .arff: the column of labels (default: label; the last nominal attribute).")
  private String labelColumn;

  @Option(
      names = "--channels",
      split = ",",
      paramLabel = "NAME",
      description =
          "CSV: the columns to take, in this order, separated by commas. Elsewhere: the channels'"
              + " names, or how many there are where one matrix holds several side by side.")
  private List<String> channels;

  @Option(
      names = "--period",
      paramLabel = "TIME",
      converter = TimeSpan.Converter.class,
      description =
          "Between two samples, such as 20ms (default: from the data); needed where they tell no"
              + " time.")
  private TimeSpan period;

  @Option(
      names = "--skip-bad",
      description = "Leave out bad lines, and tell how many, instead of failing at the first.")
  private boolean skipBad;

  /** Microseconds between two samples; null: from the recordings. */
  public final Double periodMicros() {
    return period == null ? null : period.micros();
  }

  /**
   * Reads recordings.
   *
   * @param data what {@code --data} names
   * @param settings the settings of Kafka's clients, by Kafka's own keys
   * @param notes is told what was left out
   * @throws dev.whisker.classifier.cli.CommandFailure if it cannot be read
   */
  public final Recordings read(
      List<String> data, Map<String, String> settings, Consumer<String> notes) {
    return new RecordingReader(layout(), settings, notes).readAll(data);
  }

  /**
   * What is said of the recordings.
   *
   * @throws IllegalArgumentException if a channel is there twice
   */
  final RecordingLayout layout() {
    boolean number =
        channels != null && channels.size() == 1 && channels.get(0).matches("\\d{1,6}");
    return new RecordingLayout(
        format,
        deviceColumn,
        timeColumn,
        timeUnit,
        labelColumn,
        number || channels == null ? null : channels.stream().map(String::strip).toList(),
        number ? Integer.valueOf(channels.get(0)) : null,
        null,
        periodMicros(),
        skipBad);
  }
}
