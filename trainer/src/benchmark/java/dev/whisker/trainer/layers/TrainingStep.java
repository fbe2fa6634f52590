package dev.whisker.trainer.layers;

/** One step of a training: forward, backward and Adam on one batch. */
interface TrainingStep extends AutoCloseable {
  /** Does it, and returns the loss. */
  double run();

  @Override
  void close();
}
