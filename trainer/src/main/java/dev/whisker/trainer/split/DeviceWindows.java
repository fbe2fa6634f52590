package dev.whisker.trainer.split;

import dev.whisker.classifier.window.Window;
import java.util.List;

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
}
