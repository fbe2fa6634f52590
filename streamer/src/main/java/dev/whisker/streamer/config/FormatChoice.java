package dev.whisker.streamer.config;

import dev.whisker.schemas.AvroFormat;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.schemas.registry.HttpSchemaRegistry;
import java.net.URI;
import java.util.function.Consumer;

/**
 * How the values of records are written.
 *
 * @param kind the format
 * @param registry the schema registry's address; null: none, as JSON needs none
 * @param registers whether schemas that the registry does not have are registered
 */
public record FormatChoice(Kind kind, URI registry, boolean registers) {
  /** JSON. */
  public static final FormatChoice DEFAULT = new FormatChoice(Kind.JSON, null, true);

  /** A format. */
  public enum Kind {
    /** Text that every language reads and writes. */
    JSON,
    /** Avro in Confluent's wire format, with its schemas in a registry. */
    AVRO
  }

  /**
   * Checks that format and registry go together.
   *
   * @throws IllegalArgumentException if they do not
   */
  public FormatChoice {
    if (kind == Kind.AVRO && registry == null) {
      throw new IllegalArgumentException(
          "format is avro and schema.registry is missing; expected the address of one, such as"
              + " --schema-registry http://localhost:8081");
    }
    if (kind == Kind.JSON && registry != null) {
      throw new IllegalArgumentException(
          "schema.registry is set, and format is json, which has no use of it; expected --format"
              + " avro, or no registry");
    }
    if (registry != null) {
      HttpSchemaRegistry.requireHttp(registry);
    }
  }

  /**
   * Makes the format; whoever calls this closes it.
   *
   * @param notes is told, for people, when the registry does not answer and when it does again
   */
  public ValueFormat open(Consumer<String> notes) {
    return switch (kind) {
      case JSON -> new JsonFormat();
      case AVRO -> new AvroFormat(new HttpSchemaRegistry(registry, registers, notes));
    };
  }
}
