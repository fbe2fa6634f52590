package dev.whisker.streamer.topology;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;

/**
 * A model that is loaded and checked, shared by all stream threads. Whoever opened it closes it.
 *
 * @param manifest what it says of itself
 * @param classifier its network
 */
public record ServingModel(Manifest manifest, SequenceClassifier classifier)
    implements AutoCloseable {

  /**
   * Loads a bundle's network.
   *
   * @throws dev.whisker.classifier.bundle.BundleException if it cannot be run
   */
  public static ServingModel open(Bundle bundle, String engine) {
    return new ServingModel(bundle.manifest(), Engine.named(engine).open(bundle));
  }

  @Override
  public void close() {
    classifier.close();
  }
}
