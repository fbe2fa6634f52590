package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.Checked;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.replay.Pace;
import dev.whisker.sandbox.replay.ReadingPublisher;
import dev.whisker.sandbox.replay.Replay;
import dev.whisker.sandbox.simulate.LiveFleet;
import dev.whisker.schemas.RecordType;
import dev.whisker.schemas.SensorReading;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.config.FormatOptions;
import dev.whisker.streamer.config.KafkaOptions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker simulate}: simulated machines publish live readings. */
@Command(
    name = "simulate",
    description = "Let simulated machines publish labelled readings in real time, until stopped.",
    footer = {"", "Example:", "  whisker simulate --devices 20 --speed 2"},
    sortOptions = false)
final class SimulateCommand implements Callable<Integer>, Checked {
  @Spec private CommandSpec command;
  @ParentCommand private SandboxCommands parent;
  @Mixin private CommonOptions common;
  @Mixin private KafkaOptions kafka;
  @Mixin private FormatOptions format;
  @Mixin private TopicShape topicShape;

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "6",
      description = "Number of machines (default: ${DEFAULT-VALUE}).")
  private int devices;

  @Option(
      names = "--first-device",
      paramLabel = "N",
      defaultValue = "201",
      description = "Number of the first machine (default: ${DEFAULT-VALUE}).")
  private int firstDevice;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same machines (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Times as fast as real machines (default: ${DEFAULT-VALUE}).")
  private double speed;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "End after so many seconds of the machines' time (default: never).")
  private Double seconds;

  @Override
  public Integer call() throws InterruptedException {
    KafkaClients clients = new KafkaClients(kafka.bootstrap(), kafka.settings());
    String topic = kafka.topics().readings();
    topicShape.ensure(clients, List.of(topic));
    try (ValueFormat values = format.choice().open(this::tell);
        ReadingPublisher publisher = new ReadingPublisher(clients, topic, values)) {
      values.prepare(topic, RecordType.READING);
      parent.stop().listen();
      tell(devices + " machines publish to " + topic + " at " + kafka.bootstrap());
      long startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Clock.systemUTC().instant());
      LiveFleet fleet = new LiveFleet(seed, firstDevice, devices, startMicros);
      Stream<SensorReading> readings = Stream.generate(fleet::next);
      if (seconds != null) {
        readings =
            readings.limit(devices * Math.round(seconds * 1_000 / LiveFleet.READING.toMillis()));
      }
      Replay.Published published =
          new Replay(publisher, new Pace(speed), parent.stop()).run(readings.iterator());
      tell(
          String.format(
              Locale.ROOT,
              "Published %d readings in %.1f s",
              published.readings(),
              published.seconds()));
    }
    return 0;
  }

  @Override
  public void check() {
    var unused = format.choice();
  }

  private void tell(String message) {
    command.commandLine().getErr().println(message);
    command.commandLine().getErr().flush();
  }
}
