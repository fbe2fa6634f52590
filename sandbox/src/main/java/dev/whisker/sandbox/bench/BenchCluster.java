package dev.whisker.sandbox.bench;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.clients.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** {@code whisker broker} as a process of its own, and its topics. Not thread-safe. */
final class BenchCluster implements AutoCloseable {
  /** What the streamer creates if it is not told otherwise. */
  static final int PARTITIONS = 4;

  private static final Pattern LISTENS = Pattern.compile("Kafka listens at (\\S+:\\d+);");
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration POLL = Duration.ofMillis(100);

  private final ChildProcess broker;
  private final KafkaClients clients;
  private final Admin admin;
  private final StopSignal stop;

  private BenchCluster(ChildProcess broker, KafkaClients clients, StopSignal stop) {
    this.broker = broker;
    this.clients = clients;
    this.admin = clients.admin();
    this.stop = stop;
  }

  /**
   * Starts one on a free port.
   *
   * @param commands has the command {@code broker}
   * @param jvmFlags of its virtual machine
   * @param folder for its topics
   * @param stop ends all waiting
   * @throws CommandFailure if it does not start
   */
  static BenchCluster start(Class<?> commands, List<String> jvmFlags, Path folder, StopSignal stop)
      throws InterruptedException {
    ChildProcess broker =
        ChildProcess.start(
            "broker",
            folder,
            commands,
            jvmFlags,
            List.of("broker", "--port", "0", "--dir", folder.resolve("topics").toString()));
    try {
      return new BenchCluster(broker, KafkaClients.of(broker.await(LISTENS, stop)), stop);
    } catch (InterruptedException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Where it listens. */
  String bootstrap() {
    return clients.bootstrap();
  }

  /**
   * Creates a topic and waits until the broker takes records for it.
   *
   * <p>The broker tells of a topic's leader before it has become that itself. If it refuses a
   * producer's first batch of a partition then and takes the second one, which was under way
   * already, the first one stays out of order whenever it is sent again, until it expires.
   */
  void create(String topic) throws InterruptedException {
    get(admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all());
    while (!isKnown(topic)) {
      if (stop.await(LOOK)) {
        throw ChildProcess.stopped();
      }
    }
    // Only a leader answers.
    var unused = end(topic);
  }

  private boolean isKnown(String topic) throws InterruptedException {
    try {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .stream()
          .allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      broker.requireAlive();
      throw failed(e.getCause());
    }
  }

  /** Deletes all topics whose names begin so. */
  void deleteAll(String prefix) throws InterruptedException {
    Collection<String> names = get(admin.listTopics().names());
    get(admin.deleteTopics(names.stream().filter(name -> name.startsWith(prefix)).toList()).all());
  }

  /** The sum of a topic's end offsets, committed or not. */
  long end(String topic) throws InterruptedException {
    return get(
            admin
                .listOffsets(
                    partitions(topic).stream()
                        .collect(
                            Collectors.toMap(partition -> partition, any -> OffsetSpec.latest())))
                .all())
        .values()
        .stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  /**
   * How many records a topic has, committed or not, without what transactions leave between them.
   *
   * @throws CommandFailure if they cannot be read
   */
  long records(String topic) {
    Map<String, Object> properties =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            clients.bootstrap(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_uncommitted",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            "10000");
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions(topic));
      consumer.seekToBeginning(partitions(topic));
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions(topic));
      long records = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        records += consumer.poll(POLL).count();
      }
      return records;
    } catch (KafkaException e) {
      broker.requireAlive();
      throw failed(e);
    }
  }

  /** Creates a topic and publishes so many turns of a fleet. */
  void publish(String topic, Fleet fleet, long turns) throws InterruptedException {
    create(topic);
    AtomicReference<Exception> refused = new AtomicReference<>();
    byte[][] keys =
        IntStream.range(0, fleet.devices()).mapToObj(BenchReadings::key).toArray(byte[][]::new);
    try (Producer<byte[], byte[]> producer = clients.producer()) {
      for (long turn = 0; turn < turns; turn++) {
        if (stop.isRequested()) {
          throw ChildProcess.stopped();
        }
        if (refused.get() != null) {
          break;
        }
        for (int device = 0; device < fleet.devices(); device++) {
          long number = fleet.reading(turn, device);
          if (number < 0) {
            continue;
          }
          var unused =
              producer.send(
                  new ProducerRecord<>(topic, keys[device], fleet.readings().json(device, number)),
                  (metadata, failure) -> {
                    if (failure != null) {
                      refused.set(failure);
                    }
                  });
        }
      }
      producer.flush();
    }
    if (refused.get() != null) {
      broker.requireAlive();
      throw failed(refused.get());
    }
  }

  /** Clients of it. */
  KafkaClients clients() {
    return clients;
  }

  /** Its partitions of a topic that was created here. */
  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  private <T> T get(Future<T> asked) throws InterruptedException {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      broker.requireAlive();
      throw failed(e.getCause());
    }
  }

  private CommandFailure failed(Throwable cause) {
    return new CommandFailure(
        "The benchmark's broker at " + bootstrap() + " has refused: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    try {
      admin.close(Duration.ZERO);
    } finally {
      broker.close();
    }
  }
}
