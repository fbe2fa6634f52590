package dev.whisker.sandbox.system;

import java.nio.file.Path;

/** A small model of the demo's machines: quick to train, good enough to tell windows apart. */
final class GeneratedModel {
  private GeneratedModel() {}

  /** Generates recordings into a file and trains on them; returns the bundle. */
  static Path train(Path data, Path folder) {
    generate(data);
    return train("lstm", 250, data, folder);
  }

  /** Generates recordings into a file. */
  static void generate(Path data) {
    WholeWay.sandbox("generate", "--out", data, "--devices", 4, "--seconds-per-state", 3);
  }

  /** Trains a kind of network on such recordings; returns the bundle. */
  static Path train(String network, int hop, Path data, Path folder) {
    Path model = folder.resolve(network + ".whisker");
    WholeWay.trainer(
        "train",
        "--network",
        network,
        "--data",
        data,
        "--out",
        model,
        "--window",
        625,
        "--hop",
        hop,
        "--frame",
        25,
        "--units",
        16,
        "--epochs",
        2);
    return model;
  }
}
