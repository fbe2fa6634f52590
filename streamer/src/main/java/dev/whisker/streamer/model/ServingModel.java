package dev.whisker.streamer.model;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that is loaded and checked, shared by all stream threads. It is held by whoever opened
 * it; its network is closed when the last holder has released it. Thread-safe.
 */
public final class ServingModel {
  private final Manifest manifest;
  private final SequenceClassifier classifier;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * A model with one holder.
   *
   * @param manifest what it says of itself
   * @param classifier its network, closed by the last {@link #release}
   */
  public ServingModel(Manifest manifest, SequenceClassifier classifier) {
    this.manifest = manifest;
    this.classifier = classifier;
  }

  /**
   * Loads a bundle's network.
   *
   * @throws dev.whisker.classifier.bundle.BundleException if it cannot be run
   */
  public static ServingModel open(Bundle bundle, String engine) {
    return new ServingModel(bundle.manifest(), Engine.named(engine).open(bundle));
  }

  /** What it says of itself. */
  public Manifest manifest() {
    return manifest;
  }

  /** Its network. */
  public SequenceClassifier classifier() {
    return classifier;
  }

  /** Name and version, for people. */
  @Override
  public String toString() {
    return manifest.name() + " " + manifest.version();
  }

  /** One more holder, by one that holds it. */
  void retain() {
    holders.incrementAndGet();
  }

  /** One holder less. */
  public void release() {
    if (holders.decrementAndGet() == 0) {
      classifier.close();
    }
  }
}
