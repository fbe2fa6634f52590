package dev.whisker.trainer.evaluation;

import dev.whisker.classifier.window.Window;
import dev.whisker.trainer.split.DeviceWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Windows whose truth is one of a model's labels, with that label's index. */
public final class LabelledWindows {
  private final List<Window> windows = new ArrayList<>();
  private final int[] labels;
  private final int numberOfLabels;

  /** Takes the windows with a known truth, in order, and leaves out the others. */
  public LabelledWindows(List<DeviceWindows> devices, List<String> labelNames) {
    Map<String, Integer> indexes = new HashMap<>();
    labelNames.forEach(name -> indexes.put(name, indexes.size()));
    int[] found = new int[devices.stream().mapToInt(device -> device.windows().size()).sum()];
    for (DeviceWindows device : devices) {
      for (Window window : device.windows()) {
        Integer label = indexes.get(window.truth());
        if (label != null) {
          found[windows.size()] = label;
          windows.add(window);
        }
      }
    }
    labels = Arrays.copyOf(found, windows.size());
    numberOfLabels = labelNames.size();
  }

  /** Number of windows. */
  public int size() {
    return labels.length;
  }

  /** One window. */
  public Window window(int index) {
    return windows.get(index);
  }

  /** The index of one window's true label. */
  public int label(int index) {
    return labels[index];
  }

  /** How many windows have each label. */
  public int[] counts() {
    int[] counts = new int[numberOfLabels];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }
}
