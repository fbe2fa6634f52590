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
 * @param time the index of the time column
 * @param timeForm how it tells the time
 * @param label the index of the label column; -1: there is none
 * @param channels the names of all other columns, in order
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
   * Finds the columns' meaning by their names.
   *
   * @throws IllegalArgumentException if there is no or more than one time, no channel, or a name
   *     that is empty or there twice
   */
  static CsvHeader of(List<String> names) {
    int time = -1;
    List<String> channels = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      require(!name.isEmpty(), "column " + (i + 1) + " of the header has no name");
      require(seen.add(name), "the header names the column '" + name + "' twice");
      if (TimeColumn.named(name) != null) {
        require(
            time < 0,
            "the header has the columns '"
                + (time < 0 ? "" : names.get(time))
                + "' and '"
                + name
                + "'; one time is expected");
        time = i;
      } else if (!name.equals(DEVICE) && !name.equals(LABEL)) {
        channels.add(name);
      }
    }
    require(
        time >= 0,
        "the header has no time but "
            + names
            + "; a column "
            + String.join(", ", TimeColumn.names())
            + " is expected, separated by commas");
    require(
        !channels.isEmpty(),
        "the header has no channel but "
            + names
            + "; a column for each measured quantity is expected");
    return new CsvHeader(
        List.copyOf(names),
        names.indexOf(DEVICE),
        time,
        TimeColumn.named(names.get(time)),
        names.indexOf(LABEL),
        List.copyOf(channels));
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }
}
