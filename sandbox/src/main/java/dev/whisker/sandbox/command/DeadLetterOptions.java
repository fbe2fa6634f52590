package dev.whisker.sandbox.command;

import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.DeadLetterReplay;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.schemas.Reason;
import dev.whisker.streamer.config.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags of {@code whisker replay} for readings that were refused. */
final class DeadLetterOptions {
  @Option(
      names = "--dead-letters",
      description =
          "Publish what is in the dead-letter topic once more as it is, after the cause was"
              + " repaired, such as by another model. Samples older than what their device has sent"
              + " since are dropped as late.")
  private boolean again;

  @Option(
      names = "--list",
      description = "With --dead-letters: only count, by reason; nothing is published.")
  private boolean list;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      split = ",",
      converter = ReasonConverter.class,
      description = "Only letters of these reasons, such as wrong-channels (default: all).")
  private List<Reason> reasons;

  @Option(
      names = "--dead-letters-to",
      paramLabel = "FILE",
      description = "Write the dead letters to a file, a line of JSON each, to be repaired there.")
  private Path to;

  @Option(
      names = "--dead-letters-from",
      paramLabel = "FILE",
      description = "Publish the letters of such a file.")
  private Path from;

  /** How many of the flags say what to replay. */
  int sources() {
    return (again ? 1 : 0) + (to == null ? 0 : 1) + (from == null ? 0 : 1);
  }

  /**
   * Does what the flags say, of which one says what to replay.
   *
   * @param ensureReadings creates the readings topic if it is missing
   */
  Report run(KafkaClients clients, TopicNames topics, Runnable ensureReadings) {
    Set<String> codes =
        reasons == null ? Set.of() : reasons.stream().map(Reason::code).collect(Collectors.toSet());
    DeadLetterReplay letters = new DeadLetterReplay(clients, topics.deadLetters(), codes);
    if (to != null) {
      return Report.of("written to " + to, letters.export(to));
    }
    if (again && list) {
      return Report.of("in " + topics.deadLetters(), letters.count());
    }
    ensureReadings.run();
    try (ReadingPublisher publisher = new ReadingPublisher(clients, topics.readings())) {
      String done = "published to " + topics.readings();
      return from == null
          ? Report.of(done, letters.publish(publisher))
          : new Report(done, DeadLetterReplay.publish(from, publisher), Map.of(), 0, 0);
    }
  }

  /**
   * What was done.
   *
   * @param done to how many letters
   */
  record Report(
      String done, long letters, Map<String, Long> byReason, long replayedBefore, long truncated) {
    static Report of(String done, DeadLetterReplay.Counts counts) {
      return new Report(
          done, counts.taken(), counts.byReason(), counts.replayedBefore(), counts.truncated());
    }

    /** For people. */
    List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(letters + " dead letters " + done);
      byReason.forEach((reason, count) -> lines.add("  " + reason + ": " + count));
      if (replayedBefore > 0) {
        lines.add(
            replayedBefore
                + " left out: refused again after a replay; their first letters stand for them");
      }
      if (truncated > 0) {
        lines.add(
            truncated
                + " left out: too large for a dead letter, only their beginning was kept; publish"
                + " the original again");
      }
      return lines;
    }
  }

  /** Reads a reason's code. */
  static final class ReasonConverter implements ITypeConverter<Reason> {
    @Override
    public Reason convert(String code) {
      return Arrays.stream(Reason.values())
          .filter(reason -> reason.code().equalsIgnoreCase(code.strip()))
          .findAny()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "the reason is '"
                          + code
                          + "'; expected one of "
                          + Arrays.stream(Reason.values())
                              .map(Reason::code)
                              .collect(Collectors.joining(", "))));
    }
  }
}
