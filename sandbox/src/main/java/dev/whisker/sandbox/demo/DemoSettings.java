package dev.whisker.sandbox.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a demo is asked for.
 *
 * @param publishing how long machines publish; null: until the end is asked for
 * @param machines how many publish
 * @param seed of machines and training
 * @param bootstrap a cluster to use; null: an embedded broker
 * @param kafka settings that pass through to the Kafka clients, by Kafka's own keys
 * @param keep an empty or new folder for the bundle, the broker's topics and the streamer's state;
 *     null: nothing is kept
 */
public record DemoSettings(
    Duration publishing,
    int machines,
    long seed,
    String bootstrap,
    Map<String, String> kafka,
    Path keep) {
  /** The usual number of machines that publish. */
  public static final int DEFAULT_MACHINES = 6;

  /** The usual seed. */
  public static final long DEFAULT_SEED = 1;

  /** Copies the settings. */
  public DemoSettings {
    kafka = Map.copyOf(kafka);
    if (machines < 1) {
      throw new IllegalArgumentException("devices is " + machines + "; expected 1 or more");
    }
    if (publishing != null && publishing.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "The demo is to publish for " + publishing + "; expected a second or more");
    }
  }
}
