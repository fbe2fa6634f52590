package dev.whisker.streamer.topology;

import dev.whisker.schemas.DeadLetterHeaders;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.ReadingDecoder;
import dev.whisker.schemas.Reason;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.config.ArrivalTimestamps;
import dev.whisker.streamer.config.StreamerConfig;
import dev.whisker.streamer.metrics.StreamerMetrics;
import dev.whisker.streamer.model.ServedModels;
import dev.whisker.streamer.model.ServingModel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch of records to readings. What is refused goes on to the dead letters, bytes unchanged (or
 * their beginning, where they are too many for a record), with its reason and where it was read
 * from; everything else to the window step, together. A batch goes all its way with the model that
 * is served when it comes in here.
 */
final class DecodeProcessor
    extends ContextualProcessor<byte[], List<ConsumerRecord<byte[], byte[]>>, Object, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(DecodeProcessor.class);

  /**
   * A larger record would not fit into a dead letter: clients and brokers take a megabyte unless
   * told otherwise, and one that cannot be published would end the stream at every start.
   */
  private static final int MOST_LETTER_BYTES = 1_000_000;

  private static final int KEPT_LETTER_BYTES = 400_000;

  private final StreamerConfig config;
  private final ValueFormat format;
  private final StreamerMetrics metrics;
  private final ServedModels models;
  private final RareWarnings warnings =
      new RareWarnings(LOG, () -> context().currentSystemTimeMs());

  /** What the decoder was made for. */
  private ServingModel model;

  private ReadingDecoder decoder;
  private double periodMicros;
  private boolean keylessTold;

  DecodeProcessor(
      StreamerConfig config, ValueFormat format, ServedModels models, StreamerMetrics metrics) {
    this.config = config;
    this.format = format;
    this.models = models;
    this.metrics = metrics;
  }

  private void adopt(ServingModel served) {
    if (served == model) {
      return;
    }
    model = served;
    periodMicros = served.manifest().window().periodMicros();
    decoder =
        format.readingDecoder(
            served.manifest().channelNames(), config.maxReadingSamples(), config.maxReadingBytes());
  }

  @Override
  public void process(Record<byte[], List<ConsumerRecord<byte[], byte[]>>> record) {
    List<ConsumerRecord<byte[], byte[]>> batch = record.value();
    try (ServedModels.Use use = models.use()) {
      adopt(use.main());
      List<AcceptedReadings.One> accepted = new ArrayList<>(batch.size());
      for (ConsumerRecord<byte[], byte[]> raw : batch) {
        decode(raw, arrivedMillis(raw, record), accepted);
      }
      if (!accepted.isEmpty()) {
        AcceptedReadings readings =
            new AcceptedReadings(
                accepted, batch.get(0).offset(), batch.get(batch.size() - 1).offset());
        context().forward(new Record<>(null, readings, record.timestamp()), TopologyNames.WINDOW);
      }
    }
  }

  /** As {@link ArrivalTimestamps} has it for a batch. */
  private static long arrivedMillis(
      ConsumerRecord<byte[], byte[]> raw,
      Record<byte[], List<ConsumerRecord<byte[], byte[]>>> batch) {
    return raw.timestamp() >= 0 ? raw.timestamp() : batch.timestamp();
  }

  private void decode(
      ConsumerRecord<byte[], byte[]> record,
      long arrivedMillis,
      List<AcceptedReadings.One> accepted) {
    Decoded decoded = decoder.decode(record.key(), record.value());
    if (decoded instanceof Decoded.Accepted decodedReading) {
      decoded = notInFuture(decodedReading);
    }
    if (decoded instanceof Decoded.Accepted decodedReading) {
      tellOnceIfKeyless(record);
      SensorReading reading = decodedReading.reading();
      metrics.accepted(reading.samples().count());
      accepted.add(new AcceptedReadings.One(reading, record.offset(), arrivedMillis));
    } else if (decoded instanceof Decoded.Refused refused) {
      metrics.refused(refused.reason());
      warnings.warn(
          "readings refused as " + refused.reason().code(),
          () ->
              "A reading goes to the dead letters as "
                  + refused.reason().code()
                  + ": "
                  + refused.message());
      context().forward(deadLetter(record, arrivedMillis, refused), TopologyNames.DEAD_LETTERS);
    }
  }

  @Override
  public void close() {
    warnings.close();
  }

  private Decoded notInFuture(Decoded.Accepted accepted) {
    SensorReading reading = accepted.reading();
    long last = reading.timeMicros(reading.samples().count() - 1, periodMicros);
    long limit = (context().currentSystemTimeMs() + config.maxFuture().toMillis()) * 1_000L;
    if (reading.timeMicros() <= limit && last <= limit) {
      return accepted;
    }
    return new Decoded.Refused(
        Reason.TIME_IN_FUTURE,
        "The reading of device "
            + reading.device()
            + " is of "
            + Instant.EPOCH.plus(Math.max(last, reading.timeMicros()), ChronoUnit.MICROS)
            + ", more than "
            + config.maxFuture()
            + " in the future; check the device's clock");
  }

  private void tellOnceIfKeyless(ConsumerRecord<byte[], byte[]> record) {
    if (!keylessTold && (record.key() == null || record.key().length == 0)) {
      keylessTold = true;
      LOG.warn(
          "Readings without a record key arrive in {}: if the topic has several partitions, a"
              + " device's readings are spread over them and its windows are wrong. Publish with"
              + " the device id as record key",
          context().taskId());
    }
  }

  private Record<Object, Object> deadLetter(
      ConsumerRecord<byte[], byte[]> record, long arrivedMillis, Decoded.Refused refused) {
    int size = size(record);
    boolean fits = size <= MOST_LETTER_BYTES;
    Record<Object, Object> letter =
        new Record<>(
            fits || length(record.key()) <= MOST_LETTER_BYTES / 2 ? record.key() : null,
            fits ? record.value() : beginning(record.value()),
            arrivedMillis,
            fits ? new RecordHeaders(record.headers()) : new RecordHeaders());
    Headers headers = letter.headers();
    if (!fits) {
      header(headers, DeadLetterHeaders.TRUNCATED, Integer.toString(length(record.value())));
    }
    header(headers, DeadLetterHeaders.REASON, refused.reason().code());
    header(headers, DeadLetterHeaders.MESSAGE, refused.message());
    RecordMetadata origin = context().recordMetadata().orElseThrow();
    header(headers, DeadLetterHeaders.TOPIC, origin.topic());
    header(headers, DeadLetterHeaders.PARTITION, Integer.toString(origin.partition()));
    header(headers, DeadLetterHeaders.OFFSET, Long.toString(record.offset()));
    return letter;
  }

  private static int size(ConsumerRecord<byte[], byte[]> record) {
    int size = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      size += header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte[] beginning(byte[] value) {
    return value == null ? null : Arrays.copyOf(value, Math.min(value.length, KEPT_LETTER_BYTES));
  }

  private static void header(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
