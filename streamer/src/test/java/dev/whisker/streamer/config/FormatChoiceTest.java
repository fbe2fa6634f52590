package dev.whisker.streamer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.schemas.AvroFormat;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.config.FormatChoice.Kind;
import java.net.URI;
import org.junit.jupiter.api.Test;

class FormatChoiceTest {
  private static final URI REGISTRY = URI.create("http://localhost:8081");

  @Test
  void jsonNeedsNothingAndAvroARegistry() {
    try (ValueFormat json = FormatChoice.DEFAULT.open(note -> {});
        ValueFormat avro = new FormatChoice(Kind.AVRO, REGISTRY, true).open(note -> {})) {
      assertThat(json).isInstanceOf(JsonFormat.class);
      assertThat(avro).isInstanceOf(AvroFormat.class);
      assertThat(avro.waitsFor()).isEmpty();
    }
  }

  @Test
  void whatDoesNotGoTogetherIsToldWithTheRemedy() {
    assertThatThrownBy(() -> new FormatChoice(Kind.AVRO, null, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--schema-registry");
    assertThatThrownBy(() -> new FormatChoice(Kind.JSON, REGISTRY, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--format avro");
    assertThatThrownBy(() -> new FormatChoice(Kind.AVRO, URI.create("localhost:8081"), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http://localhost:8081");
  }
}
