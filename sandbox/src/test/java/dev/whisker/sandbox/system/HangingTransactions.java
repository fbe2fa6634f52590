package dev.whisker.sandbox.system;

import dev.whisker.sandbox.clients.KafkaClients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;

/**
 * What docs/operations.md tells an operator to do: finds transactions that are open on a partition
 * while their coordinator knows nothing of them, which a lone broker that was killed may leave
 * behind, and aborts them. Not thread-safe.
 */
final class HangingTransactions {
  private final KafkaClients clients;
  private Set<String> suspects = new HashSet<>();

  HangingTransactions(String bootstrap) {
    clients = KafkaClients.of(bootstrap);
  }

  /**
   * Aborts those that were found the last time too, and so are not just ending.
   *
   * @return what was aborted, for people
   */
  List<String> abort() throws ExecutionException, InterruptedException {
    List<String> aborted = new ArrayList<>();
    Set<String> found = new HashSet<>();
    try (Admin admin = clients.admin()) {
      for (Map.Entry<TopicPartition, ProducerState> open : open(admin).entrySet()) {
        String hanging = open.getKey() + " " + open.getValue();
        if (isKnown(admin, open.getKey(), open.getValue().producerId()) || !found.add(hanging)) {
          continue;
        }
        if (suspects.contains(hanging)) {
          ProducerState state = open.getValue();
          admin
              .abortTransaction(
                  new AbortTransactionSpec(
                      open.getKey(),
                      state.producerId(),
                      (short) state.producerEpoch(),
                      state.coordinatorEpoch().orElse(0)))
              .all()
              .get();
          aborted.add(hanging);
        }
      }
    }
    suspects = found;
    return aborted;
  }

  private static Map<TopicPartition, ProducerState> open(Admin admin)
      throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions = new ArrayList<>();
    admin
        .describeTopics(admin.listTopics().names().get())
        .allTopicNames()
        .get()
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
    Map<TopicPartition, ProducerState> open = new HashMap<>();
    admin
        .describeProducers(partitions)
        .all()
        .get()
        .forEach(
            (partition, states) ->
                states.activeProducers().stream()
                    .filter(state -> state.currentTransactionStartOffset().isPresent())
                    .forEach(state -> open.put(partition, state)));
    return open;
  }

  /** Whether the coordinator has a transaction of a producer under way that a partition is in. */
  private static boolean isKnown(Admin admin, TopicPartition partition, long producer)
      throws ExecutionException, InterruptedException {
    for (TransactionListing listing :
        admin
            .listTransactions(new ListTransactionsOptions().filterProducerIds(Set.of(producer)))
            .all()
            .get()) {
      TransactionDescription transaction =
          admin
              .describeTransactions(List.of(listing.transactionalId()))
              .all()
              .get()
              .get(listing.transactionalId());
      boolean isUnderWay =
          transaction.state() != TransactionState.EMPTY
              && transaction.state() != TransactionState.COMPLETE_COMMIT
              && transaction.state() != TransactionState.COMPLETE_ABORT;
      if (isUnderWay && transaction.topicPartitions().contains(partition)) {
        return true;
      }
    }
    return false;
  }
}
