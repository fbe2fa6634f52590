package dev.whisker.sandbox.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whisker.classifier.cli.CommandFailure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Dead letters as lines of JSON, to be repaired with an editor or a script:
 *
 * <pre>{@code
 * {"reason":"wrong-channels","message":"…","letter":"whisker-dead-letters-0@7",
 *  "timestamp":1780000000000,"key":"d1","value":{"time":1780000000000,"values":[1,2]}}
 * }</pre>
 *
 * <p>The value is the object that the record holds, else its text, else {@code valueBase64}; so is
 * the key. Only these and the timestamp are read back.
 */
final class DeadLetterFile {
  private static final JsonFactory JSON = new JsonFactory();

  /** Numbers stay as they are written. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(new JsonNodeFactory(true))
          .build();

  private DeadLetterFile() {}

  /**
   * Begins a file.
   *
   * @throws CommandFailure if it is there already or cannot be written
   */
  static BufferedWriter create(Path file) {
    try {
      return Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(
          "The file " + file + " is there already; choose another name, or delete it", e);
    } catch (IOException e) {
      throw new CommandFailure("The file " + file + " cannot be written: " + e, e);
    }
  }

  /** A letter as a line, without its end. */
  static String line(DeadLetter letter) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("reason", letter.reason());
      json.writeStringField("message", letter.message());
      json.writeStringField("letter", letter.place());
      json.writeNumberField("timestamp", letter.letter().timestamp());
      write(json, "key", letter.letter().key(), false);
      write(json, "value", letter.letter().value(), true);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("A dead letter cannot be written as JSON", e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String field, byte[] bytes, boolean object)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(field);
      return;
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      json.writeStringField(field + "Base64", Base64.getEncoder().encodeToString(bytes));
      return;
    }
    if (object && isObject(text)) {
      json.writeFieldName(field);
      // A line end within JSON is white space.
      json.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
    } else {
      json.writeStringField(field, text);
    }
  }

  private static boolean isObject(String text) {
    try {
      return MAPPER
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .<JsonNode>readValue(text)
          .isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /**
   * Reads a file's lines as records to publish.
   *
   * @param topic where they go to
   * @param sink takes them in order
   * @throws CommandFailure if the file cannot be read, or a line is no letter; lines before it are
   *     taken
   */
  static void read(Path file, String topic, Consumer<ProducerRecord<byte[], byte[]>> sink) {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          sink.accept(record(line, topic, file + ":" + number));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("The file " + file + " cannot be read: " + e, e);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String line, String topic, String place) {
    try {
      if (!(MAPPER.readTree(line) instanceof ObjectNode letter)) {
        throw new CommandFailure(place + " is no JSON object; expected a dead letter a line");
      }
      JsonNode timestamp = letter.path("timestamp");
      if (!timestamp.isMissingNode() && !timestamp.canConvertToLong()) {
        throw new CommandFailure(
            place + " has the timestamp " + timestamp + "; expected epoch milliseconds");
      }
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              topic,
              null,
              timestamp.isMissingNode() ? null : Long.valueOf(Math.max(0, timestamp.asLong())),
              bytes(letter, "key", place),
              bytes(letter, "value", place));
      record.headers().add(DeadLetter.replayed(letter.path("letter").asText(place)));
      return record;
    } catch (JsonProcessingException e) {
      throw new CommandFailure(place + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static byte[] bytes(ObjectNode letter, String field, String place) {
    JsonNode base64 = letter.path(field + "Base64");
    JsonNode plain = letter.path(field);
    if (base64.isTextual()) {
      try {
        return Base64.getDecoder().decode(base64.asText());
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(place + ": '" + field + "Base64' is no Base64", e);
      }
    }
    if (plain.isNull()) {
      return null;
    }
    if (plain.isMissingNode()) {
      throw new CommandFailure(
          place + " has neither '" + field + "' nor '" + field + "Base64'; expected one of them");
    }
    return (plain.isTextual() ? plain.asText() : plain.toString()).getBytes(StandardCharsets.UTF_8);
  }
}
