package dev.whisker.trainer.recording;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the columns of a long CSV file hold.
 *
 * @param names every column's name, in order
 * @param device the index of the device column; -1: the file is one device's
 * @param time the index of the time column; -1: there is none, a period lies between two samples
 * @param timeForm how it tells the time; null: there is none
 * @param label the index of the label column; -1: there is none
 * @param channels the names of the columns that are channels, in the order in which they are wanted
 */
record CsvHeader(
    List<String> names,
    int device,
    int time,
    TimeColumn timeForm,
    int label,
    List<String> channels) {
  private static final String DEVICE = "device";
  private static final String LABEL = "label";

  /**
   * Finds the columns' meaning by what is said of them and by their names.
   *
   * @throws IllegalArgumentException if a column that was named is not there, if there is no or
   *     more than one time, no channel, or a name that is empty or there twice
   */
  static CsvHeader of(List<String> names, RecordingLayout layout) {
    requireNames(names);
    int device = named(names, layout.deviceColumn(), "--device-column", DEVICE);
    int label = named(names, layout.labelColumn(), "--label-column", LABEL);
    int time = named(names, layout.timeColumn(), "--time-column", null);
    if (time < 0) {
      time = usualTime(names);
    }
    require(
        time >= 0 || layout.periodMicros() != null,
        "the header has no time but "
            + names
            + "; a column "
            + String.join(", ", TimeColumn.names())
            + " is expected. Rename one or name it with --time-column; where there is none, say"
            + " with --period how far apart samples are");
    return new CsvHeader(
        List.copyOf(names),
        device,
        time,
        time < 0 ? null : form(names.get(time), layout.timeUnit()),
        label,
        channels(names, layout, device, time, label));
  }

  private static void requireNames(List<String> names) {
    Set<String> seen = new HashSet<>();
    boolean numbers = true;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      numbers &= name.matches("[-+]?[0-9.]+([eE][-+]?[0-9]+)?");
      require(!name.isEmpty(), "column " + (i + 1) + " of the header has no name. Name it");
      require(
          seen.add(name) || numbers,
          "the header names the column '" + name + "' twice. Rename one of them");
    }
    require(
        !numbers,
        "there are numbers where a header is expected. Begin the file with one, such as"
            + " device,time_ms,x,label");
  }

  private static int named(List<String> names, String given, String flag, String usual) {
    require(
        given == null || names.contains(given),
        "the header has no column '" + given + "' but " + names + ". Correct " + flag);
    return names.indexOf(given != null ? given : usual);
  }

  private static int usualTime(List<String> names) {
    int time = -1;
    for (int i = 0; i < names.size(); i++) {
      if (TimeColumn.named(names.get(i)) != null) {
        require(
            time < 0,
            "the header has the columns '"
                + (time < 0 ? "" : names.get(time))
                + "' and '"
                + names.get(i)
                + "'; one time is expected. Choose it with --time-column");
        time = i;
      }
    }
    return time;
  }

  /** The unit that is given, or that a column's name ends with; else ISO-8601. */
  private static TimeColumn form(String name, TimeColumn given) {
    if (given != null) {
      return given;
    }
    for (TimeColumn form : TimeColumn.values()) {
      if (name.endsWith(form.columnName().substring(TimeColumn.ISO.columnName().length()))
          && form != TimeColumn.ISO) {
        return form;
      }
    }
    return TimeColumn.ISO;
  }

  private static List<String> channels(
      List<String> names, RecordingLayout layout, int device, int time, int label) {
    List<String> free = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (i != device && i != time && i != label) {
        free.add(names.get(i));
      }
    }
    require(
        !free.isEmpty(),
        "the header has no channel but "
            + names
            + "; a column for each measured quantity is expected. Add one");
    if (layout.channels() != null) {
      require(
          free.containsAll(layout.channels()),
          "the header has no channels "
              + layout.channels()
              + " but "
              + free
              + ". Correct --channels");
      return layout.channels();
    }
    require(
        layout.channelCount() == null || layout.channelCount() == free.size(),
        "the header has the "
            + free.size()
            + " channels "
            + free
            + "; --channels says "
            + layout.channelCount()
            + ". Name those to take");
    return List.copyOf(free);
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }
}
