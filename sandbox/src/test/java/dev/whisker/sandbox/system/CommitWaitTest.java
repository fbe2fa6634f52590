package dev.whisker.sandbox.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whisker.sandbox.TestKafka;
import dev.whisker.streamer.batch.BatchingClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The streamer's producer under exactly-once waits once a commit, and before its offsets. */
class CommitWaitTest {
  private static final TopicPartition READ = new TopicPartition("read", 0);
  private static final BatchingClients CLIENTS = new BatchingClients(Duration.ZERO);
  private static final int MOST_BYTES = 200;

  @TempDir private static Path folder;
  private static TestKafka broker;
  private static Admin admin;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = TestKafka.start(folder.resolve("broker"));
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()));
    admin
        .createTopics(
            List.of(
                new NewTopic(READ.topic(), 1, (short) 1),
                new NewTopic("written", 1, (short) 1),
                new NewTopic("small", 1, (short) 1)
                    .configs(Map.of("max.message.bytes", Integer.toString(MOST_BYTES)))))
        .all()
        .get();
  }

  @AfterAll
  static void stopBroker() {
    if (admin != null) {
      admin.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void offsetsFollowWhatWasSentBefore() throws Exception {
    try (Producer<byte[], byte[]> producer = producer("follows")) {
      producer.beginTransaction();
      List<Future<RecordMetadata>> sent =
          Stream.of(1, 2, 3)
              .map(value -> producer.send(new ProducerRecord<>("written", new byte[value])))
              .toList();

      producer.flush();
      // They linger: nothing has waited for them.
      assertThat(sent).noneMatch(Future::isDone);

      commitAt(5, "follows", producer);
      assertThat(sent).allMatch(Future::isDone);
      producer.commitTransaction();
    }
    assertThat(offset("follows")).isEqualTo(5);
  }

  @Test
  void whatCannotBeSentTakesNoOffsets() throws Exception {
    byte[] large = new byte[10 * MOST_BYTES];
    new Random(1).nextBytes(large);
    try (Producer<byte[], byte[]> producer = producer("fails")) {
      producer.beginTransaction();
      var unused = producer.send(new ProducerRecord<>("small", large));
      producer.flush();

      assertThatThrownBy(() -> commitAt(5, "fails", producer)).isInstanceOf(KafkaException.class);
      producer.abortTransaction();
    }
    assertThat(offset("fails")).isNull();
  }

  private static Producer<byte[], byte[]> producer(String id) {
    Producer<byte[], byte[]> producer =
        CLIENTS.getProducer(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                id,
                ProducerConfig.LINGER_MS_CONFIG,
                60_000));
    producer.initTransactions();
    return producer;
  }

  private static void commitAt(long offset, String group, Producer<byte[], byte[]> producer) {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrap(),
            ConsumerConfig.GROUP_ID_CONFIG,
            group);
    try (Consumer<byte[], byte[]> member = CLIENTS.getConsumer(config)) {
      producer.sendOffsetsToTransaction(
          Map.of(READ, new OffsetAndMetadata(offset)), member.groupMetadata());
    }
  }

  /** A group's offset; null: it has none. */
  private static Long offset(String group) throws Exception {
    OffsetAndMetadata committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(READ);
    return committed == null ? null : committed.offset();
  }
}
