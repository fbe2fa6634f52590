package dev.whisker.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;

/** What every reading must keep to, in whatever format it is written. */
final class ReadingRules {
  /** Ids and labels are copied into every prediction and into the device's state. */
  private static final int MOST_TEXT = 1_024;

  /** Beyond it a time in microseconds has no room. */
  static final long MOST_MILLIS = Long.MAX_VALUE / 1_000;

  private ReadingRules() {}

  /** The device that record key and value name together; the value's name may be null. */
  static String device(byte[] key, String inValue) throws Refusal {
    String inKey = key == null ? "" : utf8(key);
    if (inValue == null || inValue.isEmpty()) {
      if (inKey.isEmpty()) {
        throw new Refusal(
            Reason.NO_DEVICE,
            "Neither the record key nor the field 'device' names the device; set one of them");
      }
      return inKey;
    }
    if (!inKey.isEmpty() && !inKey.equals(inValue)) {
      throw new Refusal(
          Reason.DEVICE_MISMATCH,
          "The record key names device '"
              + brief(inKey)
              + "' but the value '"
              + brief(inValue)
              + "'");
    }
    // As UTF-8 all halves of surrogate pairs are '?', and all such devices would be one.
    if (inKey.isEmpty() && !StandardCharsets.UTF_8.newEncoder().canEncode(inValue)) {
      throw new Refusal(
          Reason.NO_DEVICE, "'device' is no Unicode text; half of a surrogate pair is in it");
    }
    return inValue;
  }

  private static String utf8(byte[] key) throws Refusal {
    try {
      return limited(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString(),
          "The record key");
    } catch (CharacterCodingException e) {
      throw new Refusal(
          Reason.NO_DEVICE, "The record key is no UTF-8 text; it must be the device id");
    }
  }

  /** A text that is short enough to be a device id or a label. */
  static String limited(String text, String what) throws Refusal {
    if (text.length() > MOST_TEXT) {
      throw new Refusal(
          Reason.TOO_LARGE,
          what + " has " + text.length() + " characters; at most " + MOST_TEXT + " are allowed");
    }
    return text;
  }

  /** A label; an empty one is none. */
  static String label(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /** A period that can be one. */
  static OptionalDouble period(double micros) throws Refusal {
    if (!(micros > 0 && micros < MOST_MILLIS)) {
      throw new Refusal(
          Reason.UNDECODABLE,
          "'period' is " + micros + "; microseconds between two samples, above 0, were expected");
    }
    return OptionalDouble.of(micros);
  }

  /** Requires a value, and one that is not too long. */
  static void requireSize(byte[] value, int maxBytes) throws Refusal {
    if (value == null) {
      throw new Refusal(Reason.UNDECODABLE, "The record has no value; a reading was expected");
    }
    if (value.length > maxBytes) {
      throw new Refusal(
          Reason.TOO_LARGE,
          "The reading has " + value.length + " bytes; at most " + maxBytes + " are allowed");
    }
  }

  static Refusal noValues(String device) {
    return new Refusal(
        Reason.UNDECODABLE, "The reading of device " + brief(device) + " has no 'values'");
  }

  static Refusal tooManySamples(int maxSamples) {
    return new Refusal(
        Reason.TOO_LARGE, "The reading has more than the allowed " + maxSamples + " samples");
  }

  static Refusal notFinite(String channel, String value) {
    return new Refusal(
        Reason.NOT_FINITE,
        "The channel '"
            + channel
            + "' has the value "
            + brief(value)
            + "; a finite 32-bit float was expected");
  }

  static Refusal wrongChannels(List<String> channels, String found) {
    return new Refusal(
        Reason.WRONG_CHANNELS,
        "The model expects " + channels.size() + " channels " + channels + "; " + found);
  }

  static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
