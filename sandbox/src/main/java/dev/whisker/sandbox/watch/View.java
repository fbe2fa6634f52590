package dev.whisker.sandbox.watch;

/** Shows predictions as they arrive. Not thread-safe. */
public interface View {
  /** Takes the next prediction. */
  void accept(ReceivedPrediction received);

  /** Called often, whether something has arrived or not, so that a view can draw itself anew. */
  void refresh();
}
