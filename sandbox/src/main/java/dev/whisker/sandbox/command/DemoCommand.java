package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.Layers;
import dev.whisker.sandbox.demo.Demo;
import dev.whisker.sandbox.demo.DemoReport;
import dev.whisker.sandbox.demo.DemoSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker demo}: the whole system on this machine. */
@Command(
    name = "demo",
    description = {
      "Train on simulated machines, start Kafka and the streamer, let machines that the model has",
      "never seen publish, and check every prediction."
    },
    footer = {"", "Example:", "  whisker demo"},
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @ParentCommand private SandboxCommands parent;
  @Mixin private CommonOptions common;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long the machines publish (default: until Ctrl-C).")
  private Long seconds;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "How many machines publish (default: ${DEFAULT-VALUE}).")
  private int devices = DemoSettings.DEFAULT_MACHINES;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of machines and training (default: ${DEFAULT-VALUE}).")
  private long seed = DemoSettings.DEFAULT_SEED;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Use this Kafka cluster, with topics of the demo's own (default: start one).")
  private String bootstrap;

  @Option(
      names = "--kafka",
      paramLabel = "KEY=VALUE",
      description = "Any setting of the Kafka clients; may be repeated.")
  private Map<String, String> kafka = new TreeMap<>();

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the bundle, the broker's topics and the state here (default: nowhere).")
  private Path keep;

  @Option(names = "--json", description = "Report as one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> settings = new TreeMap<>(Layers.of(command).kafka());
    settings.putAll(kafka);
    DemoReport report =
        new Demo(
                new DemoSettings(
                    seconds == null ? null : Duration.ofSeconds(seconds),
                    devices,
                    seed,
                    bootstrap,
                    settings,
                    keep),
                command.commandLine().getErr(),
                Clock.systemUTC(),
                parent.stop())
            .run();
    if (json) {
      command.commandLine().getOut().println(Json.of(report));
    }
    if (!report.isExact()) {
      throw new CommandFailure(
          "Of "
              + report.windows()
              + " windows "
              + report.missing()
              + " are missing, "
              + report.duplicated()
              + " duplicated and "
              + (report.wrong() + report.unexpected())
              + " not as computed offline; every one was expected once and the same");
    }
    return 0;
  }
}
