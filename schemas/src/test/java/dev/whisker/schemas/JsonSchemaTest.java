package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON Schemas say what the codec writes and what the decoder reads. */
class JsonSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema READING = schema("SensorReading");
  private static final Schema PREDICTION = schema("Prediction");
  private static final Schema STATE_CHANGE = schema("StateChange");

  private final JsonReadingDecoder decoder =
      new JsonReadingDecoder(List.of("x", "y"), 1_000, 100_000);

  private static String text(String name) {
    try (InputStream in = JsonSchemaTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String name) {
    try {
      return JSON.readTree(text(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema schema(String name) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(text(name + ".schema.json"), InputFormat.JSON);
  }

  private static void assertValid(Schema schema, byte[] value) {
    String json = new String(value, StandardCharsets.UTF_8);
    assertThat(schema.validate(json, InputFormat.JSON)).as(json).isEmpty();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void theFieldsAreThoseOfTheAvroSchema(String name) {
    JsonNode schema = json(name + ".schema.json");
    List<String> fields = new ArrayList<>();
    List<String> required = new ArrayList<>();
    for (JsonNode field : json(name + ".avsc").get("fields")) {
      fields.add(field.get("name").asText());
      if (!field.get("type").isArray()) {
        required.add(field.get("name").asText());
      }
    }
    assertThat(names(schema.get("properties"))).isEqualTo(fields);
    assertThat(schema.get("required"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(required);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void theExamplesAreValidAndRead(String name) throws IOException {
    for (JsonNode example : json(name + ".schema.json").get("examples")) {
      byte[] value = JSON.writeValueAsBytes(example);
      assertValid(schema(name), value);
      switch (name) {
        case "SensorReading" ->
            assertThat(
                    new JsonReadingDecoder(List.of("x", "y", "z"), 10, 1_000)
                        .decode(new byte[] {'d', '1'}, value))
                .isInstanceOf(Decoded.Accepted.class);
        case "Prediction" -> assertThat(JsonCodec.decodePrediction(value)).isNotNull();
        default -> assertThat(JsonCodec.decodeStateChange(value)).isNotNull();
      }
    }
  }

  @Property(tries = 200)
  void whatIsWrittenIsValid(@ForAll long seed) {
    Random random = new Random(seed);
    float share = random.nextFloat();
    long micros = random.nextLong() >> random.nextInt(40);
    float[] values = new float[2 * (1 + random.nextInt(5))];
    for (int i = 0; i < values.length; i++) {
      do {
        values[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[i]));
    }
    String text = random.nextBoolean() ? "läbel \"1\"" : null;
    assertValid(
        READING,
        JsonCodec.encode(
            new SensorReading(
                "d" + seed,
                micros,
                random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(share + 1e-6),
                new Samples(values, 2),
                text)));
    assertValid(
        PREDICTION,
        JsonCodec.encode(
            new Prediction(
                "d" + seed,
                micros,
                micros,
                "a",
                share,
                Map.of("a", share, "b", 1 - share),
                random.nextBoolean() ? Prediction.Status.OK : Prediction.Status.UNCERTAIN,
                "UNKNOWN",
                share,
                "m",
                "v",
                text)));
    assertValid(
        STATE_CHANGE,
        JsonCodec.encode(new StateChange("d" + seed, "a", "STALE", micros, share, "m", "v")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'time':0,'values':[1,2]}",
        "{'time':-1.5,'values':[[1,2],[3,4]]}",
        "{'time':'2026-01-31T12:00Z','values':{'x':1,'y':-2e3}}",
        "{'time':'2026-01-31T12:00:00.123456789012+01:00','values':[1,2]}",
        "{'device':null,'label':null,'period':null,'time':0,'values':[1,2]}",
        "{'device':'','label':'','period':0.5,'time':0,'values':[1,2],'more':{'a':[1]}}",
        "{'time':0,'values':[3.4028234e38,-3.4028234e38]}",
      })
  void bothTakeIt(String reading) {
    byte[] value = reading.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertValid(READING, value);
    assertThat(decoder.decode(new byte[] {'d'}, value)).isInstanceOf(Decoded.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,2]",
        "7",
        "{'values':[1,2]}",
        "{'time':0}",
        "{'time':null,'values':[1,2]}",
        "{'time':true,'values':[1,2]}",
        "{'time':'yesterday','values':[1,2]}",
        "{'time':'2026-01-31T12:00:00','values':[1,2]}",
        "{'time':'2026-01-31','values':[1,2]}",
        "{'time':1e16,'values':[1,2]}",
        "{'time':0,'values':[]}",
        "{'time':0,'values':[[]]}",
        "{'time':0,'values':{}}",
        "{'time':0,'values':null}",
        "{'time':0,'values':'1,2'}",
        "{'time':0,'values':[1,null]}",
        "{'time':0,'values':['1','2']}",
        "{'time':0,'values':[[1,2],3]}",
        "{'time':0,'values':[1e39,2]}",
        "{'time':0,'values':{'x':1,'y':'2'}}",
        "{'time':0,'period':0,'values':[1,2]}",
        "{'time':0,'period':'160','values':[1,2]}",
        "{'device':7,'time':0,'values':[1,2]}",
        "{'label':['a'],'time':0,'values':[1,2]}",
      })
  void bothRefuseIt(String reading) {
    String value = reading.replace('\'', '"');
    assertThat(READING.validate(value, InputFormat.JSON)).isNotEmpty();
    assertThat(decoder.decode(new byte[] {'d'}, value.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Decoded.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"device", "label"})
  void bothRefuseAnEndlessText(String field) {
    String value = "{\"time\":0,\"values\":[1,2],\"" + field + "\":\"" + "a".repeat(1_025) + "\"}";
    assertThat(READING.validate(value, InputFormat.JSON)).isNotEmpty();
    assertThat(decoder.decode(null, value.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Decoded.Refused.class);
  }

  @Test
  void theHeadersOfDeadLettersAreThoseOfTheCode() throws IllegalAccessException {
    TreeSet<String> headers = new TreeSet<>();
    for (Field field : DeadLetterHeaders.class.getFields()) {
      headers.add((String) field.get(null));
    }
    JsonNode properties = json("DeadLetterHeaders.schema.json").get("properties");
    assertThat(names(properties)).containsExactlyInAnyOrderElementsOf(headers);
    assertThat(properties.get(DeadLetterHeaders.REASON).get("enum"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(Arrays.stream(Reason.values()).map(Reason::code).toList());
  }
}
