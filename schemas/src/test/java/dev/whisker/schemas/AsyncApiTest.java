package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document says what the code does. */
class AsyncApiTest {
  private static final Path FILE = Path.of("..", "docs", "asyncapi.yaml");

  private final JsonNode document = read();

  private static JsonNode read() {
    try {
      return new YAMLMapper().readTree(Files.readAllBytes(FILE));
    } catch (IOException e) {
      throw new IllegalStateException(FILE + " cannot be read", e);
    }
  }

  /** What a reference points to, in the document or in a file beside it. */
  private JsonNode follow(JsonNode node) {
    if (!node.has("$ref")) {
      return node;
    }
    String reference = node.get("$ref").asText();
    if (reference.startsWith("#")) {
      return follow(document.at(reference.substring(1)));
    }
    Path file = FILE.resolveSibling(reference).normalize();
    try {
      return new YAMLMapper().readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalStateException(reference + " cannot be read", e);
    }
  }

  private static void references(JsonNode node, List<JsonNode> found) {
    if (node.has("$ref")) {
      found.add(node);
    }
    node.forEach(child -> references(child, found));
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<JsonNode> references = new ArrayList<>();
    references(document, references);
    assertThat(references)
        .hasSizeGreaterThan(10)
        .allSatisfy(one -> assertThat(follow(one).isObject()).as(one.toString()).isTrue());
  }

  @Test
  void theChannelsAreTheTopicsWithTheirRecords() throws IllegalAccessException {
    Map<String, String> titles = new TreeMap<>();
    for (JsonNode channel : document.get("channels")) {
      JsonNode message = follow(channel.get("messages").iterator().next());
      assertThat(channel.get("messages")).hasSize(1);
      JsonNode schema = follow(message.at("/payload/schema"));
      JsonNode headers = follow(message.at("/headers/schema"));
      titles.put(
          channel.get("address").asText(),
          schema.path("title").asText(headers.path("title").asText()));
    }
    assertThat(titles)
        .isEqualTo(
            Map.of(
                Topics.READINGS, "SensorReading",
                Topics.PREDICTIONS, "Prediction",
                Topics.SHADOW, "Prediction",
                Topics.STATE_CHANGES, "StateChange",
                Topics.DEAD_LETTERS, "DeadLetterHeaders",
                Topics.MODELS, ""));
    assertThat(titles).hasSize(Topics.class.getFields().length);
  }

  @Test
  void everyChannelHasOneOperationFromTheStreamersSide() {
    Map<String, String> actions = new TreeMap<>();
    for (JsonNode operation : document.get("operations")) {
      actions.put(
          follow(operation.get("channel")).get("address").asText(),
          operation.get("action").asText());
    }
    assertThat(actions)
        .isEqualTo(
            Map.of(
                Topics.READINGS, "receive",
                Topics.MODELS, "receive",
                Topics.PREDICTIONS, "send",
                Topics.SHADOW, "send",
                Topics.STATE_CHANGES, "send",
                Topics.DEAD_LETTERS, "send"));
  }
}
