package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.Checked;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.Pace;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.sandbox.replay.RecordedReadings;
import dev.whisker.sandbox.replay.Replay;
import dev.whisker.schemas.RecordType;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.config.KafkaOptions;
import dev.whisker.streamer.config.RegistryOptions;
import dev.whisker.trainer.command.RecordingLayoutOptions;
import dev.whisker.trainer.command.RecordingOptions;
import dev.whisker.trainer.recording.RecordedPeriod;
import dev.whisker.trainer.recording.Recordings;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker replay}: recordings, or readings that were refused, to the readings topic. */
@Command(
    name = "replay",
    description =
        "Publish recordings to the readings topic, as if they were taken now; or dead letters once"
            + " more, after what was wrong is repaired.",
    footer = {
      "",
      "Examples:",
      "  whisker replay --data recordings --speed max",
      "  whisker replay --data recordings --now --schema-registry http://localhost:8081",
      "  whisker replay --dead-letters --list"
    },
    sortOptions = false)
final class ReplayCommand implements Callable<Integer>, Checked {
  private static final int SAMPLES_AT_FULL_SPEED = 500;
  private static final double READING_MICROS = 100_000;

  @Spec private CommandSpec command;
  @ParentCommand private SandboxCommands parent;
  @Mixin private CommonOptions common;
  @Mixin private RecordingLayoutOptions recordingOptions;
  @Mixin private KafkaOptions kafka;
  @Mixin private RegistryOptions format;
  @Mixin private TopicShape topicShape;

  @Mixin private DeadLetterOptions deadLetters;

  @Option(names = "--data", arity = "1..*", paramLabel = "P", description = RecordingOptions.DATA)
  private List<String> data;

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "1",
      converter = PaceConverter.class,
      description = "Times as fast as recorded, or max for no waiting (default: ${DEFAULT-VALUE}).")
  private Pace pace;

  @Option(
      names = "--samples-per-reading",
      paramLabel = "N",
      description =
          "The most samples in a reading (default: those of 0.1 s; 500 where the speed is max).")
  private Integer samplesPerReading;

  @Option(names = "--no-labels", description = "Leave the labels out.")
  private boolean withoutLabels;

  @Option(names = "--now", description = "Shift all times so that the first sample is now.")
  private boolean now;

  @Option(names = "--json", description = "Report as one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    requireOneSource();
    if (data == null) {
      KafkaClients clients = new KafkaClients(kafka.bootstrap(), kafka.settings());
      DeadLetterOptions.Report report =
          deadLetters.run(clients, kafka.topics(), () -> ensureTopic(clients));
      if (json) {
        command.commandLine().getOut().println(Json.of(report));
      } else {
        report.lines().forEach(command.commandLine().getErr()::println);
      }
      return 0;
    }
    Map<String, String> settings = kafka.settings();
    settings.put("bootstrap.servers", kafka.bootstrap());
    Recordings recordings =
        recordingOptions.read(
            data, settings, note -> command.commandLine().getErr().println("Note: " + note));
    KafkaClients clients = new KafkaClients(kafka.bootstrap(), kafka.settings());
    ensureTopic(clients);
    String topic = kafka.topics().readings();
    try (ValueFormat values = format.choice().open(command.commandLine().getErr()::println);
        ReadingPublisher publisher = new ReadingPublisher(clients, topic, values)) {
      values.prepare(topic, RecordType.READING);
      parent.stop().listen();
      long shift = now ? shiftToNow(recordings) : 0;
      Replay.Published published =
          new Replay(publisher, pace, parent.stop())
              .run(new RecordedReadings(recordings, samples(recordings), !withoutLabels, shift));
      report(published);
    }
    return 0;
  }

  @Override
  public void check() {
    var unused = format.choice();
  }

  private void ensureTopic(KafkaClients clients) {
    topicShape.ensure(clients, List.of(kafka.topics().readings()));
  }

  private void requireOneSource() {
    int sources = deadLetters.sources() + (data == null ? 0 : 1);
    if (sources != 1) {
      throw Cli.wrongUsage(
          command.commandLine(),
          (sources == 0 ? "Nothing to replay is named" : "More than one thing to replay is named")
              + "; expected one of --data, --dead-letters, --dead-letters-to and"
              + " --dead-letters-from");
    }
  }

  private int samples(Recordings recordings) {
    if (samplesPerReading != null) {
      return samplesPerReading;
    }
    if (pace.equals(Pace.MAX)) {
      return SAMPLES_AT_FULL_SPEED;
    }
    Double period = recordingOptions.periodMicros();
    return (int)
        Math.max(1, READING_MICROS / (period != null ? period : RecordedPeriod.guess(recordings)));
  }

  private static long shiftToNow(Recordings recordings) {
    long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Clock.systemUTC().instant());
    return nowMicros - RecordedReadings.beginMicros(recordings);
  }

  private void report(Replay.Published published) {
    if (json) {
      command.commandLine().getOut().println(Json.of(published));
      return;
    }
    command
        .commandLine()
        .getErr()
        .println(
            String.format(
                Locale.ROOT,
                "Published %d samples in %d readings to %s in %.1f s (%.0f samples a second)",
                published.samples(),
                published.readings(),
                kafka.topics().readings(),
                published.seconds(),
                published.samplesPerSecond()));
  }
}
