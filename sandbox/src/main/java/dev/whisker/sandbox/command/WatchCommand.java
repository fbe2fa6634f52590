package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.Checked;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.classifier.cli.Terminal;
import dev.whisker.sandbox.clients.KafkaClients;
import dev.whisker.sandbox.watch.PredictionFeed;
import dev.whisker.sandbox.watch.ReceivedPrediction;
import dev.whisker.sandbox.watch.View;
import dev.whisker.sandbox.watch.Views;
import dev.whisker.schemas.ValueFormat;
import dev.whisker.streamer.config.FormatOptions;
import dev.whisker.streamer.config.KafkaOptions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker watch}: the predictions topic to the terminal. */
@Command(
    name = "watch",
    description = {
      "Show predictions as they arrive, until stopped.",
      "On a terminal: a table of all devices. Elsewhere: a line for each change of a stable label."
    },
    footer = {
      "",
      "Examples:",
      "  whisker watch",
      "  whisker watch --from-beginning --count 100 --json"
    },
    sortOptions = false)
final class WatchCommand implements Callable<Integer>, Checked {
  private static final Duration POLL = Duration.ofMillis(100);

  @Spec private CommandSpec command;
  @ParentCommand private SandboxCommands parent;
  @Mixin private CommonOptions common;
  @Mixin private KafkaOptions kafka;
  @Mixin private FormatOptions format;

  @Option(names = "--from-beginning", description = "Begin with the oldest prediction kept.")
  private boolean fromBeginning;

  @Option(names = "--json", description = "Every prediction as a line of JSON.")
  private boolean json;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "9223372036854775807",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "End after so many predictions.")
  private long count;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "P36500D",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "End after so long, such as PT30S.")
  private Duration longest;

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    StopSignal stop = parent.stop();
    stop.listen();
    View view = json ? Views.json(out) : Views.forPeople(out, Terminal.OUT);
    KafkaClients clients = new KafkaClients(kafka.bootstrap(), kafka.settings());
    clients.requireReachable();
    String topic = kafka.topics().predictions();
    long startNanos = System.nanoTime();
    long seen = 0;
    try (ValueFormat values = format.choice().open(this::tell);
        PredictionFeed feed =
            new PredictionFeed(clients, topic, values, fromBeginning, Clock.systemUTC())) {
      if (!feed.isTopicKnown()) {
        tell("There is no topic " + topic + " at " + kafka.bootstrap() + " yet; waiting for it");
      }
      while (seen < count
          && !stop.isRequested()
          && !out.checkError()
          && System.nanoTime() - startNanos < longest.toNanos()) {
        for (ReceivedPrediction received : feed.poll(POLL)) {
          if (seen < count) {
            view.accept(received);
            seen++;
          }
        }
        view.refresh();
      }
    }
    return 0;
  }

  @Override
  public void check() {
    var unused = format.choice();
  }

  private void tell(String message) {
    command.commandLine().getErr().println("whisker: " + message);
  }
}
