package dev.whisker.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
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
public final class JsonReadingDecoder implements ReadingDecoder {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Python and others write them; they deserve a better message than "unexpected token".
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

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

  @Override
  public Decoded decode(byte[] key, byte[] value) {
    try {
      return new Decoded.Accepted(read(key, value));
    } catch (Refusal refusal) {
      return refusal.decoded();
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
    ReadingRules.requireSize(value, maxBytes);
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
    String owner = ReadingRules.device(key, device);
    if (!timeSeen) {
      throw new Refusal(
          Reason.TIME_MISSING,
          "The reading of device "
              + ReadingRules.brief(owner)
              + " has no 'time' (ISO-8601 or epoch milliseconds)");
    }
    if (size == 0) {
      throw ReadingRules.noValues(owner);
    }
    return new SensorReading(
        owner,
        timeMicros,
        periodMicros,
        new Samples(Arrays.copyOf(buffer, size), channels.size()),
        ReadingRules.label(label));
  }

  private static String text(JsonParser json, String field) throws IOException, Refusal {
    return switch (json.currentToken()) {
      case VALUE_STRING -> ReadingRules.limited(json.getText(), "'" + field + "'");
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
                  + ReadingRules.brief(json.getText())
                  + "\"; ISO-8601 with an offset, such as 2026-01-31T12:00:00.5Z, was expected");
        }
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        double millis = json.getDoubleValue();
        if (!(Math.abs(millis) < ReadingRules.MOST_MILLIS)) {
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
    return ReadingRules.period(json.getDoubleValue());
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
            "'values' has a channel '"
                + ReadingRules.brief(name)
                + "'; the model expects "
                + channels);
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
      throw ReadingRules.notFinite(channel, json.getText());
    }
    return value;
  }

  /** Makes room for one more sample. */
  private void room() throws Refusal {
    if (size / channels.size() == maxSamples) {
      throw ReadingRules.tooManySamples(maxSamples);
    }
    if (size + channels.size() > buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
  }

  private Refusal wrongChannels(int count) {
    String hint = channels.size() == 1 ? "; several samples are written [[1],[2]], not [1,2]" : "";
    return ReadingRules.wrongChannels(channels, "a sample has " + count + hint);
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
}
