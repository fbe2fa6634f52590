package dev.whisker.trainer.network;

/**
 * How a network is built and optimized.
 *
 * @param units units of each recurrent layer
 * @param layers number of recurrent layers
 * @param embedding units of a dense layer that every step passes before the first recurrent one; 0:
 *     there is none
 * @param dropout the share of a layer's inputs that is left out in training
 * @param learningRate Adam's step size
 * @param l2 the weight of the squared weights in the loss
 * @param clip the L2 norm that a layer's gradient is cut down to
 * @param seed of weights and dropout
 */
public record NetworkSettings(
    int units,
    int layers,
    int embedding,
    double dropout,
    double learningRate,
    double l2,
    double clip,
    long seed) {
  /** Checks every value. */
  public NetworkSettings {
    require(units >= 1, "units", units, "1 or more");
    require(layers >= 1, "layers", layers, "1 or more");
    require(embedding >= 0, "embedding", embedding, "0 or more units");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "0 or more and less than 1");
    require(learningRate > 0, "learning rate", learningRate, "more than 0");
    require(l2 >= 0, "L2", l2, "0 or more");
    require(clip > 0, "clip", clip, "more than 0");
  }

  private static void require(boolean holds, String name, Object actual, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "A network's " + name + " is " + actual + "; expected " + expected);
    }
  }
}
