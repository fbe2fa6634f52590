package dev.whisker.sandbox.replay;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.clients.TopicContents;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Dead letters as they are when it begins: counted, published again, or taken out to be repaired.
 * Letters of which only the beginning was kept cannot be replayed; letters of records that were
 * replays themselves are left to their first letter, so that replaying again and again does not
 * multiply them. The dead-letter topic stays as it is.
 */
public final class DeadLetterReplay {
  private final KafkaClients clients;
  private final String topic;
  private final Set<String> reasons;

  /**
   * A replay that has not begun.
   *
   * @param topic the dead-letter topic
   * @param reasons the codes of those to take; empty: all
   */
  public DeadLetterReplay(KafkaClients clients, String topic, Set<String> reasons) {
    this.clients = clients;
    this.topic = topic;
    this.reasons = Set.copyOf(reasons);
  }

  /** Takes nothing: only counts. */
  public Counts count() {
    return each(letter -> {});
  }

  /**
   * Publishes the letters again, those of a partition in their order.
   *
   * @param publisher of the readings topic
   */
  public Counts publish(ReadingPublisher publisher) {
    int partitions = publisher.partitions();
    Counts counts = each(letter -> publisher.publish(letter.again(publisher.topic(), partitions)));
    publisher.flush();
    return counts;
  }

  /**
   * Writes the letters to a new file, as {@link #publish(Path, ReadingPublisher)} reads them.
   *
   * @throws CommandFailure if the file is there already or cannot be written
   */
  public Counts export(Path file) {
    try (BufferedWriter out = DeadLetterFile.create(file)) {
      return each(
          letter -> {
            try {
              out.append(DeadLetterFile.line(letter)).append('\n');
            } catch (IOException e) {
              throw new CommandFailure("The file " + file + " cannot be written: " + e, e);
            }
          });
    } catch (IOException e) {
      throw new CommandFailure("The file " + file + " cannot be written: " + e, e);
    }
  }

  /**
   * Publishes the letters of a file.
   *
   * @return how many
   * @throws CommandFailure if a line is no letter; then none is published
   */
  public static long publish(Path file, ReadingPublisher publisher) {
    long[] count = {0};
    // Once to see that all lines are right: half a file is worse than none.
    DeadLetterFile.read(file, publisher.topic(), record -> count[0]++);
    DeadLetterFile.read(file, publisher.topic(), publisher::publish);
    publisher.flush();
    return count[0];
  }

  private Counts each(Consumer<DeadLetter> sink) {
    Map<String, Long> byReason = new TreeMap<>();
    long[] skipped = new long[2];
    TopicContents.read(
        clients,
        topic,
        record -> {
          DeadLetter letter = new DeadLetter(record);
          if (!reasons.isEmpty() && !reasons.contains(letter.reason())) {
            return;
          }
          if (letter.isReplayed()) {
            skipped[0]++;
          } else if (letter.isTruncated()) {
            skipped[1]++;
          } else {
            byReason.merge(letter.reason(), 1L, Long::sum);
            sink.accept(letter);
          }
        });
    long taken = byReason.values().stream().mapToLong(Long::longValue).sum();
    return new Counts(taken, byReason, skipped[0], skipped[1]);
  }

  /**
   * What became of the letters.
   *
   * @param taken counted, published or written
   * @param byReason those, by the code of their reason
   * @param replayedBefore left out: refused again after a replay, their first letters stand for
   *     them
   * @param truncated left out: too large for a dead letter, only their beginning was kept
   */
  public record Counts(
      long taken, Map<String, Long> byReason, long replayedBefore, long truncated) {}
}
