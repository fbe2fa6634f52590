package dev.whisker.trainer.training;

import dev.whisker.trainer.network.Frames;
import java.util.ArrayList;
import java.util.List;

/**
 * One of what {@code --network auto} tries.
 *
 * @param network the kind
 * @param frame samples in a step; null: what is set, or the kind's usual
 */
record Candidate(String network, Integer frame) {

  /** Its kind in any case, whose windows the others have, too. */
  static final Candidate FIRST = new Candidate("lstm", null);

  /**
   * What is tried with some settings, the simplest first: of equally good ones it is kept.
   *
   * @param length samples in a window
   */
  static List<Candidate> of(TrainingSettings settings, int length) {
    List<Candidate> all = new ArrayList<>();
    all.add(FIRST);
    int fine = Frames.fineFor(length);
    if (settings.frame() == null && fine < Frames.defaultFor(length)) {
      all.add(new Candidate(FIRST.network, fine));
    }
    all.add(new Candidate("cnn-lstm", null));
    return List.copyOf(all);
  }

  /** The settings of its training. */
  TrainingSettings of(TrainingSettings given) {
    TrainingSettings settings = given.withNetwork(network);
    return frame == null ? settings : settings.withFrame(frame);
  }

  /** What its checkpoint is called. */
  String file() {
    return frame == null ? network : network + "-frame-" + frame;
  }

  /** What it is, for people. */
  @Override
  public String toString() {
    return frame == null
        ? network
        : network + " in frames of " + frame + (frame == 1 ? " sample" : " samples");
  }
}
