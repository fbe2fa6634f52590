package dev.whisker.trainer.layers;

import java.util.Arrays;

/**
 * Goes through rows of channels that lie outside the heap, on all cores, in pieces that fit a
 * core's cache. What a piece is worked on with lies on the heap, each array repeating the channels
 * as the piece does, so that every loop has one index for all of them. Not thread-safe.
 */
final class Pieces {
  private static final int VALUES = 4096;
  private static final int FEWEST_PIECES = 4;
  private final Cores cores;
  private Scratch[] scratch = {};
  private int used;
  private int channels;
  private int length;

  Pieces(Cores cores) {
    this.cores = cores;
  }

  /** Sets the number of channels of what comes next. */
  void begin(int newChannels) {
    if (channels != newChannels) {
      channels = newChannels;
      length = channels * Math.max(1, VALUES / channels);
      scratch = new Scratch[0];
    }
  }

  /** A value a channel, repeated as pieces repeat the channels. */
  float[] repeat(double[] values) {
    float[] repeated = new float[length];
    for (int i = 0; i < length; i++) {
      repeated[i] = (float) values[i % channels];
    }
    return repeated;
  }

  /** Does the work on each piece of {@code values} values, with sums that begin at 0. */
  void run(int values, Work work) {
    int pieces = (values + length - 1) / length;
    used = Math.max(1, Math.min(Cores.MOST_PARTS, pieces / FEWEST_PIECES));
    if (scratch.length < used) {
      int made = scratch.length;
      scratch = Arrays.copyOf(scratch, used);
      for (int i = made; i < used; i++) {
        scratch[i] = new Scratch(length);
      }
    }
    int cuts = used;
    cores.run(
        cuts,
        cut -> {
          Scratch own = scratch[cut];
          Arrays.fill(own.sum, 0);
          Arrays.fill(own.otherSum, 0);
          int end = (int) ((long) pieces * (cut + 1) / cuts);
          for (int piece = (int) ((long) pieces * cut / cuts); piece < end; piece++) {
            int from = piece * length;
            work.piece(own, from, Math.min(length, values - from));
          }
        });
  }

  /** Each channel's {@link Scratch#sum} of the latest run. */
  double[] sums() {
    double[] sums = new double[channels];
    for (int i = 0; i < used; i++) {
      addByChannel(scratch[i].sum, sums);
    }
    return sums;
  }

  /** Each channel's {@link Scratch#otherSum} of the latest run. */
  double[] otherSums() {
    double[] sums = new double[channels];
    for (int i = 0; i < used; i++) {
      addByChannel(scratch[i].otherSum, sums);
    }
    return sums;
  }

  private void addByChannel(float[] values, double[] sums) {
    for (int i = 0; i < length; i++) {
      sums[i % channels] += values[i];
    }
  }

  /** What is done with a piece. */
  interface Work {
    /**
     * Does it.
     *
     * @param from the piece's first value
     * @param count its number of values
     */
    void piece(Scratch scratch, int from, int count);
  }

  /** Arrays of a piece's length, of one core. */
  static final class Scratch {
    final float[] values;
    final float[] others;
    final float[] sum;
    final float[] otherSum;

    Scratch(int length) {
      values = new float[length];
      others = new float[length];
      sum = new float[length];
      otherSum = new float[length];
    }
  }
}
