package dev.whisker.trainer.network;

import dev.whisker.classifier.bundle.Manifest;

/**
 * What goes into a network and comes out: windows of {@code length × channels} values are framed
 * into {@code steps} of {@code frame × channels} values each.
 *
 * <pre>
 *   window   s0 s1 s2 s3 s4 s5     length 6, each sample with its channels
 *   frame 3  [s0 s1 s2][s3 s4 s5]  2 steps of 3 × channels inputs
 * </pre>
 *
 * @param length samples in a window
 * @param channels values in a sample
 * @param frame samples in a step, a divisor of the length
 * @param labels number of classes
 * @param pads whether windows may end with padding, samples of NaN
 */
public record NetworkShape(int length, int channels, int frame, int labels, boolean pads) {
  /** Checks that frames fill the window. */
  public NetworkShape {
    if (frame < 1 || length % frame != 0) {
      throw new IllegalArgumentException(
          "Frames of " + frame + " samples do not divide a window of " + length);
    }
  }

  /** Windows without padding. */
  public NetworkShape(int length, int channels, int frame, int labels) {
    this(length, channels, frame, labels, false);
  }

  /** The shape of a bundle's network. */
  public static NetworkShape of(Manifest manifest) {
    return new NetworkShape(
        manifest.window().length(),
        manifest.channels().size(),
        manifest.frame(),
        manifest.labels().size(),
        manifest.window().pads());
  }

  /** Number of steps in a window. */
  public int steps() {
    return length / frame;
  }

  /** Number of values in a step. */
  public int inputs() {
    return frame * channels;
  }

  /** Number of values in a window. */
  public int values() {
    return length * channels;
  }
}
