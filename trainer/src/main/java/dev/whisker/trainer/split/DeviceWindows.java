package dev.whisker.trainer.split;

import dev.whisker.classifier.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The windows of one block of a device, in order.
 *
 * @param device the device id
 * @param windows with and without truth
 * @param gaps how often the window started over because of a gap
 * @param duplicates samples dropped because there was one at the same time
 * @param late samples dropped because they were later than the grace allows
 */
public record DeviceWindows(
    String device, List<Window> windows, int gaps, int duplicates, int late) {
  /** Copies the list. */
  public DeviceWindows {
    windows = List.copyOf(windows);
  }

  /** Whether any two windows of some blocks follow each other without a gap. */
  public static boolean anyFollow(List<DeviceWindows> blocks) {
    return blocks.stream()
        .flatMap(block -> block.windows().stream())
        .anyMatch(window -> !window.beginsGrid());
  }

  /** What samples of some blocks were dropped, for people; empty: none. */
  public static Optional<String> dropped(List<DeviceWindows> blocks) {
    int duplicates = blocks.stream().mapToInt(DeviceWindows::duplicates).sum();
    int late = blocks.stream().mapToInt(DeviceWindows::late).sum();
    List<String> found = new ArrayList<>();
    if (duplicates > 0) {
      found.add(duplicates + " samples at the time of another one were dropped");
    }
    if (late > 0) {
      found.add(late + " late samples were dropped");
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
  }
}
