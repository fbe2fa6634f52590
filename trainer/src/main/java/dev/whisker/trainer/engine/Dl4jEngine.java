package dev.whisker.trainer.engine;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;

/** Runs {@code network.dl4j.zip} with deeplearning4j, one call at a time. */
public final class Dl4jEngine implements Engine {
  // Nothing here names a class of deeplearning4j: finding the engines must not load its natives.

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public SequenceClassifier open(Bundle bundle) {
    return Dl4jClassifier.open(bundle, true);
  }

  /**
   * Loads a bundle's network with deeplearning4j's own layers, as it comes: what others have, for
   * benchmarks.
   *
   * @throws dev.whisker.classifier.bundle.BundleException as {@link #open}
   */
  public static SequenceClassifier openStock(Bundle bundle) {
    return Dl4jClassifier.open(bundle, false);
  }
}
