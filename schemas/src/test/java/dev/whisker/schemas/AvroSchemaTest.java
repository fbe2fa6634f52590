package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Avro schemas, the records and the JSON are one contract. */
class AvroSchemaTest {
  /** What the records call otherwise than the wire: times carry their unit, samples their shape. */
  private static final Map<String, String> WIRE_NAMES =
      Map.of(
          "timeMicros", "time",
          "windowStartMicros", "windowStart",
          "windowEndMicros", "windowEnd",
          "periodMicros", "period",
          "samples", "values");

  /** A reading's device is null in Avro where it is the record key; the record always has it. */
  private static final List<String> OPTIONAL =
      List.of(
          "SensorReading.device",
          "SensorReading.period",
          "SensorReading.label",
          "Prediction.truth");

  private static final SensorReading READING =
      new SensorReading("d", 0, OptionalDouble.of(1.5), new Samples(new float[] {1}, 1), "l");
  private static final Prediction PREDICTION =
      new Prediction(
          "d", 0, 1, "l", 1, Map.of("l", 1f), Prediction.Status.OK, "l", 0, "m", "v", "l");
  private static final StateChange STATE_CHANGE = new StateChange("d", "f", "t", 0, 1, "m", "v");

  private static Schema schema(String resource) throws IOException {
    try (InputStream in = AvroSchemaTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return new Schema.Parser().parse(in);
    }
  }

  private static Schema current(String name) throws IOException {
    return schema("/dev/whisker/schemas/" + name + ".avsc");
  }

  private static Class<?> recordOf(String name) throws ClassNotFoundException {
    return Class.forName("dev.whisker.schemas." + name);
  }

  /** The field's type beside null. */
  private static Schema type(Schema.Field field) {
    return field.schema().isUnion() ? field.schema().getTypes().get(1) : field.schema();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void aSchemaIsNamedAsItsRecord(String name) throws Exception {
    assertThat(current(name).getFullName()).isEqualTo(recordOf(name).getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void aSchemaHasTheFieldsOfItsRecordInOrder(String name) throws Exception {
    assertThat(current(name).getFields())
        .extracting(Schema.Field::name)
        .containsExactlyElementsOf(
            Arrays.stream(recordOf(name).getRecordComponents())
                .map(one -> WIRE_NAMES.getOrDefault(one.getName(), one.getName()))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void aFieldHasTheTypeOfItsComponent(String name) throws Exception {
    List<Schema.Field> fields = current(name).getFields();
    RecordComponent[] components = recordOf(name).getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      Schema type = type(fields.get(i));
      Class<?> component = components[i].getType();
      String expected =
          component == String.class
              ? "string"
              : component == long.class
                  ? "long timestamp-micros"
                  : component == float.class
                      ? "float"
                      : component == OptionalDouble.class
                          ? "double"
                          : component == Samples.class
                              ? "array of float"
                              : component == Map.class
                                  ? "map of float"
                                  : "enum of " + Arrays.toString(component.getEnumConstants());
      assertThat(text(type)).as(name + "." + fields.get(i).name()).isEqualTo(expected);
    }
  }

  private static String text(Schema type) {
    return switch (type.getType()) {
      case ARRAY -> "array of " + text(type.getElementType());
      case MAP -> "map of " + text(type.getValueType());
      case ENUM -> "enum of " + type.getEnumSymbols();
      default ->
          type.getType().getName()
              + (type.getLogicalType() instanceof LogicalTypes.TimestampMicros
                  ? " timestamp-micros"
                  : "");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void onlyWhatMayBeLeftOutIsNullableAndThenNullByDefault(String name) throws Exception {
    for (Schema.Field field : current(name).getFields()) {
      String path = name + "." + field.name();
      assertThat(field.schema().isNullable()).as(path).isEqualTo(OPTIONAL.contains(path));
      assertThat(field.schema().isUnion()).as(path).isEqualTo(OPTIONAL.contains(path));
      if (field.schema().isUnion()) {
        assertThat(field.schema().getTypes()).as(path).hasSize(2);
        assertThat(field.defaultVal()).as(path).isEqualTo(JsonProperties.NULL_VALUE);
      }
      assertThat(field.doc()).as(path).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void theJsonHasTheFieldsOfTheSchemaInOrder(String name) throws Exception {
    byte[] json =
        switch (name) {
          case "SensorReading" -> JsonCodec.encode(READING);
          case "Prediction" -> JsonCodec.encode(PREDICTION);
          default -> JsonCodec.encode(STATE_CHANGE);
        };
    List<String> fields = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        fields.add(field);
        JsonToken token = parser.nextToken();
        assertThat(token).isNotEqualTo(JsonToken.VALUE_NULL);
        parser.skipChildren();
      }
    }
    assertThat(fields)
        .containsExactlyElementsOf(
            current(name).getFields().stream().map(Schema.Field::name).toList());
  }

  /**
   * A released schema is never changed. To extend the contract, add a field with a default, and on
   * release copy the new schemas to released/2.
   */
  @ParameterizedTest
  @ValueSource(strings = {"SensorReading", "Prediction", "StateChange"})
  void programsOfEveryReleaseUnderstandEachOther(String name) throws IOException {
    Schema released = schema("/released/1/" + name + ".avsc");
    Schema current = current(name);
    assertReads(current, released);
    assertReads(released, current);
  }

  private static void assertReads(Schema reader, Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility compatibility =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(compatibility.getType())
        .as(compatibility.getDescription())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }
}
