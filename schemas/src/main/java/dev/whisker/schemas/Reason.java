package dev.whisker.schemas;

import java.util.Locale;

/** Why a reading was refused: the value of a metric's tag and of a dead letter's header. */
public enum Reason {
  /** The value is no reading: not JSON, a field of the wrong type, no values. */
  UNDECODABLE,
  /** Neither the record key nor the value names the device. */
  NO_DEVICE,
  /** The record key and the value name different devices. */
  DEVICE_MISMATCH,
  /** A sample does not have the channels of the model. */
  WRONG_CHANNELS,
  /** A value is NaN or infinite (as a 32-bit float). */
  NOT_FINITE,
  /** The reading has no time. */
  TIME_MISSING,
  /** The reading's time is further in the future than is allowed. */
  TIME_IN_FUTURE,
  /** The reading holds more samples or bytes than is allowed, or an endless device id or label. */
  TOO_LARGE;

  /** The reason as written in metrics and headers, such as {@code wrong-channels}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
