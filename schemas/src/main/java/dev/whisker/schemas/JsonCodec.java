package dev.whisker.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes every record of the wire contract as JSON in UTF-8, and reads back those that the streamer
 * publishes; {@link JsonReadingDecoder} reads readings. Thread-safe.
 */
public final class JsonCodec {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private JsonCodec() {}

  /** Writes a reading; its device is written too, though the record key says the same. */
  public static byte[] encode(SensorReading reading) {
    return write(
        json -> {
          json.writeStringField("device", reading.device());
          json.writeStringField("time", JsonTime.format(reading.timeMicros()));
          if (reading.periodMicros().isPresent()) {
            number(json, "period", reading.periodMicros().getAsDouble());
          }
          json.writeArrayFieldStart("values");
          Samples samples = reading.samples();
          for (int i = 0; i < samples.count(); i++) {
            json.writeStartArray();
            for (int c = 0; c < samples.channels(); c++) {
              json.writeNumber(samples.at(i, c));
            }
            json.writeEndArray();
          }
          json.writeEndArray();
          if (reading.label() != null) {
            json.writeStringField("label", reading.label());
          }
        });
  }

  /** Writes a prediction. */
  public static byte[] encode(Prediction prediction) {
    return write(
        json -> {
          json.writeStringField("device", prediction.device());
          json.writeStringField("windowStart", JsonTime.format(prediction.windowStartMicros()));
          json.writeStringField("windowEnd", JsonTime.format(prediction.windowEndMicros()));
          json.writeStringField("label", prediction.label());
          json.writeNumberField("confidence", prediction.confidence());
          json.writeObjectFieldStart("probabilities");
          for (Map.Entry<String, Float> entry : prediction.probabilities().entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
          }
          json.writeEndObject();
          json.writeStringField("status", prediction.status().name());
          json.writeStringField("stableLabel", prediction.stableLabel());
          json.writeNumberField("filled", prediction.filled());
          json.writeStringField("model", prediction.model());
          json.writeStringField("modelVersion", prediction.modelVersion());
          if (prediction.truth() != null) {
            json.writeStringField("truth", prediction.truth());
          }
        });
  }

  /** Writes a state change. */
  public static byte[] encode(StateChange change) {
    return write(
        json -> {
          json.writeStringField("device", change.device());
          json.writeStringField("from", change.from());
          json.writeStringField("to", change.to());
          json.writeStringField("time", JsonTime.format(change.timeMicros()));
          json.writeNumberField("confidence", change.confidence());
          json.writeStringField("model", change.model());
          json.writeStringField("modelVersion", change.modelVersion());
        });
  }

  /**
   * Reads a prediction.
   *
   * @throws IOException if the bytes are none; the message says what was wrong
   */
  public static Prediction decodePrediction(byte[] value) throws IOException {
    Fields fields = new Fields(value);
    return new Prediction(
        fields.text("device"),
        fields.time("windowStart"),
        fields.time("windowEnd"),
        fields.text("label"),
        fields.number("confidence"),
        fields.numbers("probabilities"),
        fields.status("status"),
        fields.text("stableLabel"),
        fields.number("filled"),
        fields.text("model"),
        fields.text("modelVersion"),
        fields.textOrNull("truth"));
  }

  /**
   * Reads a state change.
   *
   * @throws IOException if the bytes are none; the message says what was wrong
   */
  public static StateChange decodeStateChange(byte[] value) throws IOException {
    Fields fields = new Fields(value);
    return new StateChange(
        fields.text("device"),
        fields.text("from"),
        fields.text("to"),
        fields.time("time"),
        fields.number("confidence"),
        fields.text("model"),
        fields.text("modelVersion"));
  }

  private static void number(JsonGenerator json, String field, double value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      json.writeNumberField(field, (long) value);
    } else {
      json.writeNumberField(field, value);
    }
  }

  /** What goes between the braces of one object. */
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] write(Body body) {
    ByteArrayBuilder bytes = new ByteArrayBuilder();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** The fields of one flat object: texts, numbers and one level of numbers by name. */
  private static final class Fields {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Fields(byte[] value) throws IOException {
      if (value == null) {
        throw new IOException("The record has no value; a JSON object was expected");
      }
      try (JsonParser json = JSON.createParser(value)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw new IOException("The record is no JSON object");
        }
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
          JsonToken token = json.nextToken();
          if (token.isNumeric()) {
            values.put(field, json.getFloatValue());
          } else if (token == JsonToken.VALUE_STRING) {
            values.put(field, json.getText());
          } else if (token == JsonToken.START_OBJECT && field.equals("probabilities")) {
            values.put(field, probabilities(json));
          } else {
            json.skipChildren();
          }
        }
      }
    }

    private static Map<String, Float> probabilities(JsonParser json) throws IOException {
      Map<String, Float> byLabel = new LinkedHashMap<>();
      for (String label = json.nextFieldName(); label != null; label = json.nextFieldName()) {
        json.nextToken();
        byLabel.put(label, json.getFloatValue());
      }
      return byLabel;
    }

    private <T> T required(String field, Class<T> type) throws IOException {
      Object value = values.get(field);
      if (!type.isInstance(value)) {
        throw new IOException("The record has no valid '" + field + "' but " + value);
      }
      return type.cast(value);
    }

    String text(String field) throws IOException {
      return required(field, String.class);
    }

    String textOrNull(String field) {
      return values.get(field) instanceof String text ? text : null;
    }

    float number(String field) throws IOException {
      return required(field, Float.class);
    }

    long time(String field) throws IOException {
      try {
        return JsonTime.parse(text(field));
      } catch (DateTimeException | ArithmeticException e) {
        throw new IOException("The record's '" + field + "' is no time: " + text(field), e);
      }
    }

    Prediction.Status status(String field) throws IOException {
      try {
        return Prediction.Status.valueOf(text(field));
      } catch (IllegalArgumentException e) {
        throw new IOException("The record's '" + field + "' is unknown: " + text(field), e);
      }
    }

    @SuppressWarnings("unchecked")
    Map<String, Float> numbers(String field) throws IOException {
      return (Map<String, Float>) required(field, Map.class);
    }
  }
}
