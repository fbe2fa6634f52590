package dev.whisker.trainer.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reports as one JSON object in one line. */
final class JsonReport {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE).build();

  private JsonReport() {}

  /** A record's fields; an empty object for null. */
  static ObjectNode fields(Object value) {
    return value == null ? JSON.createObjectNode() : JSON.valueToTree(value);
  }

  /** The line. */
  static String line(ObjectNode report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The report cannot be written as JSON", e);
    }
  }
}
