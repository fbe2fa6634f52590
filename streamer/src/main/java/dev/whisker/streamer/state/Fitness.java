package dev.whisker.streamer.state;

import java.util.Locale;

/** Whether what a store holds of a device can be gone on from. */
public enum Fitness {
  /** It can. */
  FITS,
  /** It belongs to a model of other channels, windows, labels or network. */
  OTHER_MODEL,
  /** It was written by a later Whisker, or by an earlier one whose format is read no more. */
  UNKNOWN_FORMAT,
  /** It ends too early, goes on too long or says what cannot be. */
  DAMAGED;

  /** As written in metrics, such as {@code other-model}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
