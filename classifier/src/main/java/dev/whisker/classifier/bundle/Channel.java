package dev.whisker.classifier.bundle;

import java.util.Objects;

/**
 * One measured quantity.
 *
 * @param name its name in readings and recordings
 * @param unit its unit, such as {@code g}; empty if it is not known
 */
public record Channel(String name, String unit) {
  /** Checks that both are there and the name is not empty. */
  public Channel {
    Objects.requireNonNull(unit, "unit");
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("A channel has no name; every channel must have one");
    }
  }
}
