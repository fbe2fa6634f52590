package dev.whisker.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Reads JSON readings in one pass of a streaming parser, values straight into an array.
 *
 * <pre>{@code
 * {"device":"d1","time":"2026-01-31T12:00:00.5Z","values":[0.1,0.2,0.3]}             one sample
 * {"time":1769860800500,"period":160,"values":[[0.1,0.2,0.3],[0.1,0.2,0.4]]}         many; device is the key
 * {"time":1769860800500,"values":{"x":0.1,"y":0.2,"z":0.3},"label":"healthy"}        by channel name
 * }</pre>
 *
 * <p>Fields that it does not know are passed over, so that the contract can grow. Not thread-safe:
 * it reuses its buffers.
 */
public final class JsonReadingDecoder {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Python and others write them; they deserve a better message than "unexpected token".
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /** Ids and labels are copied into every prediction and into the device's state. */
  private static final int MOST_TEXT = 1_024;

  private static final long MOST_MILLIS = Long.MAX_VALUE / 1_000;

  private final List<String> channels;
  private final int maxSamples;
  private final int maxBytes;
  private float[] buffer;
  private int size;
  private final BitSet named = new BitSet();

  /**
   * A decoder for devices with the given channels.
   *
   * @param channels the channels' names, in the order in which values are to be returned
   * @param maxSamples the most samples that one reading may hold
   * @param maxBytes the most bytes that one reading may hold
   */
  public JsonReadingDecoder(List<String> channels, int maxSamples, int maxBytes) {
    this.channels = List.copyOf(channels);
    this.maxSamples = maxSamples;
    this.maxBytes = maxBytes;
    this.buffer = new float[64 * channels.size()];
  }

  /**
   * Reads one record.
   *
   * @param key the record key: the device id as UTF-8 text; may be null
   * @param value the record value: JSON in UTF-8; may be null
   * @return the reading or the reason why it is refused; never throws for bad input
   */
  public Decoded decode(byte[] key, byte[] value) {
    try {
      return new Decoded.Accepted(read(key, value));
    } catch (Refusal refusal) {
      return new Decoded.Refused(refusal.reason, refusal.getMessage());
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
      return new Decoded.Refused(
          Reason.UNDECODABLE, "The value is no JSON: " + e.getOriginalMessage() + at);
    } catch (IOException e) {
      return new Decoded.Refused(
          Reason.UNDECODABLE, "The value cannot be read as JSON: " + e.getMessage());
    }
  }

  private SensorReading read(byte[] key, byte[] value) throws IOException, Refusal {
    if (value == null) {
      throw new Refusal(Reason.UNDECODABLE, "The record has no value; a reading was expected");
    }
    if (value.length > maxBytes) {
      throw new Refusal(
          Reason.TOO_LARGE,
          "The reading has " + value.length + " bytes; at most " + maxBytes + " are allowed");
    }
    String device = null;
    String label = null;
    boolean timeSeen = false;
    long timeMicros = 0;
    OptionalDouble periodMicros = OptionalDouble.empty();
    size = 0;
    try (JsonParser json = JSON.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Refusal(
            Reason.UNDECODABLE, "The value is no JSON object but " + found(json.currentToken()));
      }
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        switch (field) {
          case "device" -> device = text(json, field);
          case "label" -> label = text(json, field);
          case "time" -> {
            timeSeen = token != JsonToken.VALUE_NULL;
            timeMicros = timeSeen ? time(json) : 0;
          }
          case "period" -> periodMicros = period(json);
          case "values" -> values(json);
          default -> json.skipChildren();
        }
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw new Refusal(
            Reason.UNDECODABLE, "The value goes on after its JSON object; one object is expected");
      }
    }
    String owner = device(key, device);
    if (!timeSeen) {
      throw new Refusal(
          Reason.TIME_MISSING,
          "The reading of device "
              + brief(owner)
              + " has no 'time' (ISO-8601 or epoch milliseconds)");
    }
    if (size == 0) {
      throw new Refusal(
          Reason.UNDECODABLE, "The reading of device " + brief(owner) + " has no 'values'");
    }
    return new SensorReading(
        owner,
        timeMicros,
        periodMicros,
        new Samples(Arrays.copyOf(buffer, size), channels.size()),
        label == null || label.isEmpty() ? null : label);
  }

  private static String device(byte[] key, String inValue) throws Refusal {
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

  private static String limited(String text, String what) throws Refusal {
    if (text.length() > MOST_TEXT) {
      throw new Refusal(
          Reason.TOO_LARGE,
          what + " has " + text.length() + " characters; at most " + MOST_TEXT + " are allowed");
    }
    return text;
  }

  private static String text(JsonParser json, String field) throws IOException, Refusal {
    return switch (json.currentToken()) {
      case VALUE_STRING -> limited(json.getText(), "'" + field + "'");
      case VALUE_NULL -> null;
      default -> throw wrongType(field, "a text", json);
    };
  }

  private static long time(JsonParser json) throws IOException, Refusal {
    switch (json.currentToken()) {
      case VALUE_STRING -> {
        try {
          return JsonTime.parse(json.getText());
        } catch (DateTimeException | ArithmeticException e) {
          throw new Refusal(
              Reason.UNDECODABLE,
              "'time' is \""
                  + brief(json.getText())
                  + "\"; ISO-8601 with an offset, such as 2026-01-31T12:00:00.5Z, was expected");
        }
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        double millis = json.getDoubleValue();
        if (!(Math.abs(millis) < MOST_MILLIS)) {
          throw new Refusal(
              Reason.UNDECODABLE, "'time' is " + millis + "; epoch milliseconds were expected");
        }
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT
            ? json.getLongValue() * 1_000
            : Math.round(millis * 1_000);
      }
      default -> throw wrongType("time", "ISO-8601 text or epoch milliseconds", json);
    }
  }

  private static OptionalDouble period(JsonParser json) throws IOException, Refusal {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return OptionalDouble.empty();
    }
    if (!json.currentToken().isNumeric()) {
      throw wrongType("period", "microseconds as a number", json);
    }
    double micros = json.getDoubleValue();
    if (!(micros > 0 && micros < MOST_MILLIS)) {
      throw new Refusal(
          Reason.UNDECODABLE,
          "'period' is " + micros + "; microseconds between two samples, above 0, were expected");
    }
    return OptionalDouble.of(micros);
  }

  private void values(JsonParser json) throws IOException, Refusal {
    size = 0;
    switch (json.currentToken()) {
      case START_OBJECT -> byName(json);
      case START_ARRAY -> {
        if (json.nextToken() == JsonToken.START_ARRAY) {
          do {
            json.nextToken();
            sample(json);
          } while (json.nextToken() == JsonToken.START_ARRAY);
          if (json.currentToken() != JsonToken.END_ARRAY) {
            throw wrongType("values", "an array of samples only", json);
          }
        } else if (json.currentToken() != JsonToken.END_ARRAY) {
          sample(json);
        }
      }
      case VALUE_NULL -> {}
      default -> throw wrongType("values", "[x,y], [[x,y],[x,y]] or {\"x\":1,\"y\":2}", json);
    }
  }

  /** Reads numbers up to the end of the array that the parser stands in. */
  private void sample(JsonParser json) throws IOException, Refusal {
    int start = size;
    room();
    for (; json.currentToken() != JsonToken.END_ARRAY; json.nextToken()) {
      if (size - start == channels.size()) {
        json.skipChildren();
        throw wrongChannels(1 + channels.size() + rest(json));
      }
      buffer[size] = value(json, channels.get(size - start));
      size++;
    }
    if (size - start != channels.size()) {
      throw wrongChannels(size - start);
    }
  }

  /** Counts what is left of a sample, for the message. */
  private static int rest(JsonParser json) throws IOException {
    int count = 0;
    for (JsonToken token = json.nextToken();
        token != null && token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      json.skipChildren();
      count++;
    }
    return count;
  }

  private void byName(JsonParser json) throws IOException, Refusal {
    room();
    named.clear();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      int channel = channels.indexOf(name);
      if (channel < 0) {
        throw new Refusal(
            Reason.WRONG_CHANNELS,
            "'values' has a channel '" + brief(name) + "'; the model expects " + channels);
      }
      json.nextToken();
      buffer[channel] = value(json, name);
      named.set(channel);
    }
    int missing = named.nextClearBit(0);
    if (missing < channels.size()) {
      throw new Refusal(
          Reason.WRONG_CHANNELS,
          "'values' lacks the channel '"
              + channels.get(missing)
              + "'; the model expects "
              + channels);
    }
    size = channels.size();
  }

  private static float value(JsonParser json, String channel) throws IOException, Refusal {
    if (!json.currentToken().isNumeric()) {
      throw wrongType("values", "a number for the channel '" + channel + "'", json);
    }
    float value = json.getFloatValue();
    if (!Float.isFinite(value)) {
      throw new Refusal(
          Reason.NOT_FINITE,
          "The channel '"
              + channel
              + "' has the value "
              + brief(json.getText())
              + "; a finite 32-bit float was expected");
    }
    return value;
  }

  /** Makes room for one more sample. */
  private void room() throws Refusal {
    if (size / channels.size() == maxSamples) {
      throw new Refusal(
          Reason.TOO_LARGE, "The reading has more than the allowed " + maxSamples + " samples");
    }
    if (size + channels.size() > buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
  }

  private Refusal wrongChannels(int count) {
    String hint = channels.size() == 1 ? "; several samples are written [[1],[2]], not [1,2]" : "";
    return new Refusal(
        Reason.WRONG_CHANNELS,
        "The model expects "
            + channels.size()
            + " channels "
            + channels
            + "; a sample has "
            + count
            + hint);
  }

  private static Refusal wrongType(String field, String expected, JsonParser json) {
    return new Refusal(
        Reason.UNDECODABLE,
        "'"
            + field
            + "' has "
            + found(json.currentToken())
            + " where "
            + expected
            + " is expected");
  }

  private static String found(JsonToken token) {
    return token == null
        ? "nothing"
        : switch (token) {
          case START_OBJECT, END_OBJECT -> "an object";
          case START_ARRAY, END_ARRAY -> "an array";
          case VALUE_STRING -> "a text";
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
          case VALUE_NULL -> "null";
          default -> token.asString() == null ? token.name() : token.asString();
        };
  }

  private static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /** Ends the reading of one record; it carries no stack trace, being an expected result. */
  private static final class Refusal extends Exception {
    private final transient Reason reason;

    Refusal(Reason reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }
  }
}
