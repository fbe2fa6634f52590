package dev.whisker.classifier.engine;

import dev.whisker.classifier.bundle.Manifest;

/**
 * How many values a network's inputs and outputs have for one window.
 *
 * @param length samples in a window
 * @param channels values in a sample
 * @param labels probabilities
 * @param hidden values of hidden state; 0: it carries none
 * @param cell values of cell state
 */
record OnnxShape(int length, int channels, int labels, int hidden, int cell) {
  /** What a manifest says. */
  static OnnxShape of(Manifest manifest) {
    Manifest.State state = manifest.state();
    return new OnnxShape(
        manifest.window().length(),
        manifest.channels().size(),
        manifest.labels().size(),
        state == null ? 0 : state.hidden(),
        state == null ? 0 : state.cell());
  }

  /** Number of raw values in a window. */
  int values() {
    return length * channels;
  }

  /** Number of values that are carried from one window to the next. */
  int stateSize() {
    return hidden + cell;
  }
}
