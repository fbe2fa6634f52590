package dev.whisker.sandbox.bench;

import dev.whisker.classifier.bundle.Bundle;
import dev.whisker.classifier.bundle.Manifest;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.schemas.Decoded;
import dev.whisker.schemas.JsonFormat;
import dev.whisker.schemas.Prediction;
import dev.whisker.schemas.ReadingDecoder;
import dev.whisker.trainer.engine.Dl4jEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A peer as a program of its own: a Kafka Streams application as the well-known examples write it,
 * which asks a deeplearning4j network for its {@code output()} of one window after the other and
 * keeps the samples in a map. Runs until it is killed.
 */
public final class StreamsPeer {
  private StreamsPeer() {}

  /**
   * Runs it.
   *
   * @param arguments Kafka, the topics of readings and predictions, the bundle, and a folder for
   *     state
   */
  public static void main(String[] arguments) throws InterruptedException {
    Bundle bundle = Bundle.read(Path.of(arguments[3]));
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[2]);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    try (SequenceClassifier classifier = Dl4jEngine.openStock(bundle);
        KafkaStreams streams =
            new KafkaStreams(
                new Topology()
                    .addSource(
                        "readings",
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        arguments[1])
                    .addProcessor(
                        "classify",
                        () -> new Classify(bundle.manifest(), classifier, arguments[2]),
                        "readings")
                    .addSink(
                        "predictions",
                        arguments[2],
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        "classify"),
                properties)) {
      CountDownLatch ended = new CountDownLatch(1);
      streams.setStateListener(
          (now, before) -> {
            if (now == KafkaStreams.State.ERROR) {
              ended.countDown();
            }
          });
      streams.start();
      ended.await();
    }
  }

  private static final class Classify extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private static final int MOST_SAMPLES = 1 << 16;
    private static final int MOST_BYTES = 8 << 20;

    private final SequenceClassifier classifier;
    private final String topic;
    private final JsonFormat format = new JsonFormat();
    private final ReadingDecoder decoder;
    private final Rings rings;
    private final PlainPredictions predictions;
    private final float[] window;
    private final float[] probabilities;

    Classify(Manifest manifest, SequenceClassifier classifier, String topic) {
      this.classifier = classifier;
      this.topic = topic;
      int channels = manifest.channels().size();
      int length = manifest.window().length();
      decoder = format.readingDecoder(manifest.channelNames(), MOST_SAMPLES, MOST_BYTES);
      rings =
          new Rings(length, manifest.window().hop(), channels, manifest.window().periodMicros());
      predictions = new PlainPredictions(manifest);
      window = new float[length * channels];
      probabilities = new float[manifest.labels().size()];
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (decoder.decode(record.key(), record.value()) instanceof Decoded.Accepted accepted) {
        rings.accept(
            accepted.reading(),
            (device, start, end, ring) -> {
              ring.copyTo(window, 0);
              classifier.classify(window, 1, probabilities);
              Prediction prediction = predictions.of(device, start, end, probabilities, 0);
              context()
                  .forward(
                      record
                          .withKey(device.getBytes(StandardCharsets.UTF_8))
                          .withValue(format.encode(topic, prediction)));
            });
      }
    }
  }
}
