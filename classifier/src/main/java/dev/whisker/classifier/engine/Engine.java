package dev.whisker.classifier.engine;

import dev.whisker.classifier.bundle.Bundle;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Something that can run a bundle's network. Implementations are found by {@link ServiceLoader}:
 * the classifier brings {@code onnx}, the trainer {@code dl4j}.
 */
public interface Engine {
  /** The engine's name in the configuration. */
  String name();

  /**
   * Loads a bundle's network.
   *
   * @throws dev.whisker.classifier.bundle.BundleException if the network cannot be run or does not
   *     fit the manifest
   */
  SequenceClassifier open(Bundle bundle);

  /**
   * The engine of the given name.
   *
   * @throws IllegalArgumentException if there is none on the class path
   */
  static Engine named(String name) {
    List<String> known = new ArrayList<>();
    for (Engine engine : ServiceLoader.load(Engine.class)) {
      if (engine.name().equals(name)) {
        return engine;
      }
      known.add(engine.name());
    }
    throw new IllegalArgumentException(
        "There is no engine '" + name + "' on the class path; there are " + known);
  }
}
