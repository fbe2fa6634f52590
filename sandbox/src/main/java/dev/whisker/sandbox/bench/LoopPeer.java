package dev.whisker.sandbox.bench;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.ReadingDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A peer as a program of its own: a loop of one consumer and one producer with Whisker's decoder
 * and engine and no tolerance of faults. Windows of one poll are classified together, 128 at most.
 * Runs until it is killed.
 */
public final class LoopPeer {
  private static final int MOST_WINDOWS = 128;
  private static final int MOST_SAMPLES = 1 << 16;
  private static final int MOST_BYTES = 8 << 20;
  private static final Duration POLL = Duration.ofMillis(100);

  private final Manifest manifest;
  private final SequenceClassifier classifier;
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final JsonFormat format = new JsonFormat();
  private final PlainPredictions predictions;
  private final int values;
  private final float[] batch;
  private final float[] probabilities;
  private final String[] devices = new String[MOST_WINDOWS];
  private final long[] starts = new long[MOST_WINDOWS];
  private final long[] ends = new long[MOST_WINDOWS];
  private int count;

  private LoopPeer(
      Manifest manifest,
      SequenceClassifier classifier,
      Producer<byte[], byte[]> producer,
      String topic) {
    this.manifest = manifest;
    this.classifier = classifier;
    this.producer = producer;
    this.topic = topic;
    this.predictions = new PlainPredictions(manifest);
    this.values = manifest.window().length() * manifest.channels().size();
    this.batch = new float[MOST_WINDOWS * values];
    this.probabilities = new float[MOST_WINDOWS * manifest.labels().size()];
  }

  /**
   * Runs it.
   *
   * @param arguments Kafka, the topics of readings and predictions, and the bundle
   */
  public static void main(String[] arguments) {
    Bundle bundle = Bundle.read(Path.of(arguments[3]));
    Map<String, Object> consuming =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            arguments[0],
            ConsumerConfig.GROUP_ID_CONFIG,
            arguments[2],
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            // What Kafka Streams has.
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            "1000");
    Map<String, Object> producing =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            arguments[0],
            ProducerConfig.LINGER_MS_CONFIG,
            "5");
    try (SequenceClassifier classifier = Engine.named("onnx").open(bundle);
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer());
        Consumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(arguments[1]));
      new LoopPeer(bundle.manifest(), classifier, producer, arguments[2]).run(consumer);
    }
  }

  private void run(Consumer<byte[], byte[]> consumer) {
    ReadingDecoder decoder =
        format.readingDecoder(manifest.channelNames(), MOST_SAMPLES, MOST_BYTES);
    Rings rings =
        new Rings(
            manifest.window().length(),
            manifest.window().hop(),
            manifest.channels().size(),
            manifest.window().periodMicros());
    while (!Thread.currentThread().isInterrupted()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (decoder.decode(record.key(), record.value()) instanceof Decoded.Accepted accepted) {
          rings.accept(accepted.reading(), this::due);
        }
      }
      classify();
    }
  }

  private void due(String device, long startMicros, long endMicros, Rings.Ring ring) {
    ring.copyTo(batch, count * values);
    devices[count] = device;
    starts[count] = startMicros;
    ends[count] = endMicros;
    count++;
    if (count == MOST_WINDOWS) {
      classify();
    }
  }

  private void classify() {
    if (count == 0) {
      return;
    }
    classifier.classify(batch, count, probabilities);
    for (int i = 0; i < count; i++) {
      Prediction prediction =
          predictions.of(
              devices[i], starts[i], ends[i], probabilities, i * manifest.labels().size());
      byte[] key = devices[i].getBytes(StandardCharsets.UTF_8);
      var unused =
          producer.send(new ProducerRecord<>(topic, key, format.encode(topic, prediction)));
    }
    count = 0;
  }
}
