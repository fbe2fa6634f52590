package dev.whisker.trainer.recording;

import dev.whisker.classifier.cli.CommandFailure;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes a device of each series of a file, named after the file and the number of the series, with
 * a second between two samples unless a period was given, from 1970 on. A sample that lacks a value
 * of any channel is left out, and with it what pads a short series to the length of the others. Not
 * thread-safe.
 */
final class SeriesCollector {
  private static final double PERIOD_MICROS = 1e6;

  private final String file;
  private final String name;
  private final RecordingLayout layout;
  private final Map<String, RecordingBuilder> builders;
  private final Faults faults;
  private final double periodMicros;
  private int channels;
  private int series;

  /**
   * For one file.
   *
   * @param file its name, for messages
   * @param name what its devices' names begin with
   * @param layout names the channels
   * @param builders receives the samples, by device
   * @param faults receives what is wrong
   */
  SeriesCollector(
      String file,
      String name,
      RecordingLayout layout,
      Map<String, RecordingBuilder> builders,
      Faults faults) {
    this.file = file;
    this.name = name;
    this.layout = layout;
    this.builders = builders;
    this.faults = faults;
    this.periodMicros = layout.periodMicros() == null ? PERIOD_MICROS : layout.periodMicros();
  }

  /** Moves to the next series, which may be bad: so that the others keep their numbers. */
  void next() {
    series++;
  }

  /**
   * Adds a series.
   *
   * @param dimensions the values of each channel, NaN where one is missing
   * @param label null: nothing is known
   * @param place file and line, for messages
   * @throws LineFault if it has other channels than the ones before, or they differ in length
   */
  void add(List<float[]> dimensions, String label, String place) throws LineFault {
    if (channels == 0) {
      channels = dimensions.size();
    }
    if (dimensions.size() != channels) {
      throw new LineFault(
          FaultKind.SHAPE,
          place,
          "there are " + dimensions.size() + " channels; the series before have " + channels);
    }
    int samples = dimensions.get(0).length;
    for (float[] dimension : dimensions) {
      if (dimension.length != samples) {
        throw new LineFault(
            FaultKind.SHAPE,
            place,
            "one channel has " + samples + " values and another one " + dimension.length);
      }
    }
    if (!faults.isFailing() && !addSamples(dimensions, label)) {
      faults.add(
          new LineFault(
              FaultKind.NO_SAMPLE,
              place,
              "at no instant do all " + channels + " channel(s) have a value"));
    }
  }

  /** Adds what is complete; returns whether anything is. */
  private boolean addSamples(List<float[]> dimensions, String label) {
    String device = String.format(Locale.ROOT, "%s-%05d", name, series);
    float[] row = new float[channels];
    RecordingBuilder builder = null;
    for (int t = 0; t < dimensions.get(0).length; t++) {
      boolean complete = true;
      for (int c = 0; c < channels; c++) {
        row[c] = dimensions.get(c)[t];
        complete &= !Float.isNaN(row[c]);
      }
      if (complete) {
        if (builder == null) {
          builder = builders.computeIfAbsent(device, id -> new RecordingBuilder(id, channels));
        }
        builder.add(Math.round(t * periodMicros), row, label);
      }
    }
    return builder != null;
  }

  /**
   * The channels' names: as they are called, else {@code c1} and so on.
   *
   * @param only what a single one is called, if nothing is said of it
   * @return null if there was no series
   * @throws CommandFailure if another number of them was asked for
   */
  List<String> channels(String only) {
    if (channels == 0) {
      return null;
    }
    int wanted = layout.wantedChannels();
    if (wanted != 0 && wanted != channels) {
      throw new CommandFailure(
          file
              + " has "
              + channels
              + " channel(s); --channels says "
              + (layout.channels() != null ? layout.channels() : wanted)
              + ". Name as many as there are");
    }
    boolean unsaid = layout.channels() == null && layout.unnamed() == null;
    return channels == 1 && unsaid ? List.of(only) : layout.names(channels);
  }
}
