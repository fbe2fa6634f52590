package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where recordings come from that are no files: {@code SCHEME:ADDRESS} instead of a path. Found
 * through {@link java.util.ServiceLoader}.
 */
public interface RecordingSource {
  /** What its addresses begin with, before the colon: {@code kafka}. */
  String scheme();

  /**
   * Reads everything that is there now.
   *
   * @param address what follows the colon
   * @param request what is known of the recordings
   * @param sink receives the samples
   * @return the channels, in the order of the samples' values; null: there is no sample
   * @throws CommandFailure if it cannot be read
   */
  List<String> read(String address, Request request, SampleSink sink);

  /**
   * What is known of recordings, and how to reach them.
   *
   * @param channels the channels' names, in the wanted order; null: the samples say it
   * @param periodMicros microseconds between two samples that do not say it; null: unknown
   * @param settings the settings of Kafka's clients, by Kafka's own keys
   * @param notes is told what was left out, for people
   */
  record Request(
      List<String> channels,
      Double periodMicros,
      Map<String, String> settings,
      Consumer<String> notes) {
    /** Copies what can be copied. */
    public Request {
      channels = channels == null ? null : List.copyOf(channels);
      settings = Map.copyOf(settings);
    }
  }
}
