package dev.whisker.trainer.training;

import java.util.Locale;

/** How the learning rate goes from the first to the last epoch, as a share of what is set. */
public enum Schedule {
  /** Half a cosine, from 1 nearly to 0 (Loshchilov and Hutter, "SGDR", ICLR 2017). */
  COSINE,
  /** 1 throughout. */
  CONSTANT,
  /** 1, a tenth after half of the epochs, a hundredth after three quarters. */
  STEP,
  /**
   * Up along half a cosine from a 25th to 1 in the first 30 % of the epochs, then down along
   * another one nearly to 0 (Smith and Topin, "Super-Convergence", 2018).
   */
  ONE_CYCLE;

  private static final double STEP_SHARE = 0.1;
  private static final double CYCLE_BEGIN = 1 / 25.0;
  private static final double CYCLE_UP = 0.3;

  /**
   * The share of the learning rate.
   *
   * @param epoch from 1
   * @param epochs how many there will be, at least {@code epoch}
   * @return more than 0, at most 1
   */
  double factor(int epoch, int epochs) {
    double done = (epoch - 1) / (double) epochs;
    return switch (this) {
      case COSINE -> falling(done);
      case CONSTANT -> 1;
      case STEP -> done < 0.5 ? 1 : done < 0.75 ? STEP_SHARE : STEP_SHARE * STEP_SHARE;
      case ONE_CYCLE ->
          done < CYCLE_UP
              ? CYCLE_BEGIN + (1 - CYCLE_BEGIN) * (1 - falling(done / CYCLE_UP))
              : falling((done - CYCLE_UP) / (1 - CYCLE_UP));
    };
  }

  private static double falling(double done) {
    return 0.5 * (1 + Math.cos(Math.PI * done));
  }

  /** As written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
