package dev.whisker.sandbox.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonReadingDecoder;
import dev.whisker.schemas.SensorReading;
import dev.whisker.trainer.recording.SampleSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes records apart into samples, and counts those that are no readings. The first one that is a
 * reading says which channels there are, unless they are given. Not thread-safe.
 */
final class ReadingSamples {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_SAMPLES = 1 << 20;
  private static final int MOST_BYTES = 1 << 28;

  private final String source;
  private final Double periodMicros;
  private final SampleSink sink;
  private final Map<String, Refused> refused = new TreeMap<>();
  private List<String> channels;
  private JsonReadingDecoder decoder;
  private long accepted;
  private long unlabelled;

  /**
   * None yet.
   *
   * @param source where they are from, for messages
   * @param channels the channels' names, in the wanted order; null: from the first reading
   * @param periodMicros microseconds between two samples of readings that do not say it; null:
   *     unknown
   * @param sink receives the samples
   */
  ReadingSamples(String source, List<String> channels, Double periodMicros, SampleSink sink) {
    this.source = source;
    this.periodMicros = periodMicros;
    this.sink = sink;
    if (channels != null) {
      expect(channels);
    }
  }

  private void expect(List<String> names) {
    channels = List.copyOf(names);
    decoder = new JsonReadingDecoder(channels, MOST_SAMPLES, MOST_BYTES);
  }

  /** Takes one record. */
  void add(ConsumerRecord<byte[], byte[]> message) {
    if (decoder == null) {
      List<String> found = channelsOf(message.value());
      if (found.isEmpty()) {
        refuse("undecodable", message, "it has no values in a JSON object");
        return;
      }
      expect(found);
    }
    Decoded decoded = decoder.decode(message.key(), message.value());
    if (decoded instanceof Decoded.Refused no) {
      refuse(no.reason().code(), message, no.message());
    } else if (decoded instanceof Decoded.Accepted yes) {
      add(yes.reading(), message);
    }
  }

  private void add(SensorReading reading, ConsumerRecord<byte[], byte[]> message) {
    int count = reading.samples().count();
    if (count > 1 && reading.periodMicros().isEmpty() && periodMicros == null) {
      refuse("without-period", message, count + " samples and no 'period'; say it with --period");
      return;
    }
    accepted++;
    unlabelled += reading.label() == null ? 1 : 0;
    float[] values = reading.samples().values();
    double period = periodMicros == null ? 0 : periodMicros;
    for (int i = 0; i < count; i++) {
      int from = i * channels.size();
      sink.sample(
          reading.device(),
          reading.timeMicros(i, period),
          Arrays.copyOfRange(values, from, from + channels.size()),
          reading.label());
    }
  }

  private void refuse(String reason, ConsumerRecord<byte[], byte[]> message, String why) {
    String place = message.topic() + "-" + message.partition() + "@" + message.offset();
    refused.computeIfAbsent(reason, key -> new Refused(place + ": " + why)).records++;
  }

  /** The channels of a record's values; empty: it is no reading. */
  private static List<String> channelsOf(byte[] value) {
    JsonNode values;
    try {
      JsonNode json = value == null ? null : JSON.readTree(value);
      values = json == null ? null : json.get("values");
    } catch (IOException e) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (values != null && values.isObject()) {
      values.fieldNames().forEachRemaining(names::add);
    } else if (values != null && values.isArray()) {
      int count = values.path(0).isArray() ? values.get(0).size() : values.size();
      IntStream.rangeClosed(1, count).forEach(c -> names.add("c" + c));
    }
    return names;
  }

  /** The channels' names; null: there was no reading. */
  List<String> channels() {
    return channels;
  }

  /** How many records were readings. */
  long accepted() {
    return accepted;
  }

  /** What was left out, for people: a text a reason. */
  List<String> leftOut() {
    List<String> texts = new ArrayList<>();
    refused.forEach(
        (reason, found) ->
            texts.add(
                "Left out "
                    + found.records
                    + " record(s) of "
                    + source
                    + " as "
                    + reason
                    + ", first "
                    + found.example));
    return texts;
  }

  /** How many readings carry no label, for people; empty: all carry one. */
  Optional<String> unlabelled() {
    return unlabelled == 0
        ? Optional.empty()
        : Optional.of(
            unlabelled
                + " of "
                + accepted
                + " readings of "
                + source
                + " carry no label: nothing is trained or scored on them");
  }

  /** How often records were refused for a reason, and where first. */
  private static final class Refused {
    private final String example;
    private long records;

    Refused(String example) {
      this.example = example;
    }
  }
}
