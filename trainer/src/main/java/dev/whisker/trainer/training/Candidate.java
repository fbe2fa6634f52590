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
   * On five sets of recordings it was the better one or as good, but for one on which validation
   * told it by far.
   */
  private static final String USUALLY_BEST = "cnn-lstm";

  /**
   * What is tried with some settings, the simplest first.
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
    all.add(new Candidate(USUALLY_BEST, null));
    return List.copyOf(all);
  }

  /** Whether it is to be taken where the validation part cannot tell it from the best. */
  boolean isUsuallyBest() {
    return network.equals(USUALLY_BEST);
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
