package dev.whisker.trainer.recording;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What the user says of recordings where their content does not say it.
 *
 * @param kind how every file is laid out; null: each file's content says it
 * @param deviceColumn the name of a long CSV's device column; null: {@code device}, if there is one
 * @param timeColumn the name of its time column; null: one of the usual names
 * @param timeUnit what its times are; null: the column's name says it
 * @param labelColumn the name of the label's column or attribute; null: {@code label} in a long
 *     CSV, the last nominal attribute of an {@code .arff} file
 * @param channels the channels' names: in a long CSV the columns to take, in this order; elsewhere
 *     what the channels are called, and into how many of them the columns of one matrix fall; null:
 *     the content says it
 * @param channelCount how many channels there are, where they have no names; null: the content says
 *     it
 * @param unnamed what channels that have no name are called, such as those of a model; null: {@code
 *     c1} and so on
 * @param periodMicros microseconds between two samples of recordings that tell no time; null:
 *     unknown
 * @param skipBad whether bad lines are left out
 */
public record RecordingLayout(
    FileKind kind,
    String deviceColumn,
    String timeColumn,
    TimeColumn timeUnit,
    String labelColumn,
    List<String> channels,
    Integer channelCount,
    List<String> unnamed,
    Double periodMicros,
    boolean skipBad) {

  /** Nothing is said: the content says it all. */
  public static final RecordingLayout BY_CONTENT =
      new RecordingLayout(null, null, null, null, null, null, null, null, null, false);

  /** Copies the channels and checks that there is any, and none twice. */
  public RecordingLayout {
    channels = channels == null ? null : List.copyOf(channels);
    unnamed = unnamed == null ? null : List.copyOf(unnamed);
    if (channels != null
        && (channels.isEmpty() || channels.stream().distinct().count() < channels.size())) {
      throw new IllegalArgumentException(
          "The channels are " + channels + "; expected one name or more, each once");
    }
    if (channelCount != null && channelCount < 1) {
      throw new IllegalArgumentException(
          "The number of channels is " + channelCount + "; expected 1 or more");
    }
  }

  /**
   * The same for recordings that a model is to classify: what they do not say, the model does.
   *
   * @param modelChannels the names of its channels
   * @param modelPeriodMicros microseconds between two of its samples
   */
  public RecordingLayout forModel(List<String> modelChannels, double modelPeriodMicros) {
    return new RecordingLayout(
        kind,
        deviceColumn,
        timeColumn,
        timeUnit,
        labelColumn,
        channels,
        channelCount,
        modelChannels,
        periodMicros != null ? periodMicros : modelPeriodMicros,
        skipBad);
  }

  /** The number of channels that is asked for; 0: none is. */
  int wantedChannels() {
    return channels != null ? channels.size() : channelCount != null ? channelCount : 0;
  }

  /** The names of so many channels that have none. */
  List<String> names(int count) {
    if (channels != null && channels.size() == count) {
      return channels;
    }
    return unnamed != null && unnamed.size() == count
        ? unnamed
        : IntStream.rangeClosed(1, count).mapToObj(c -> "c" + c).toList();
  }
}
