package dev.whisker.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The records of the wire contract that are published in a configurable format. */
public enum RecordType {
  /** A {@link SensorReading}. */
  READING("SensorReading"),
  /** A {@link Prediction}. */
  PREDICTION("Prediction"),
  /** A {@link StateChange}. */
  STATE_CHANGE("StateChange");

  private final String schemaName;

  RecordType(String schemaName) {
    this.schemaName = schemaName;
  }

  /** The name of its Avro schema, without the namespace. */
  public String schemaName() {
    return schemaName;
  }

  /** Its Avro schema, as JSON. */
  public String avroSchema() {
    try (InputStream in = RecordType.class.getResourceAsStream(schemaName + ".avsc")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
