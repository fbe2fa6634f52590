package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.Checked;
import dev.whisker.classifier.cli.Cli;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.sandbox.bench.Bench;
import dev.whisker.sandbox.bench.BenchPlots;
import dev.whisker.sandbox.bench.BenchReport;
import dev.whisker.sandbox.bench.BenchSettings;
import dev.whisker.sandbox.bench.BenchTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker bench}: how fast serving is, beside peers in the same run. */
@Command(
    name = "bench",
    footerHeading = Cli.EXAMPLES,
    footer = {
      "  whisker bench",
      "  whisker bench --json > bench.json",
      "  whisker bench --only growth --full --plots plots",
      "  whisker bench --only pipeline,latency --rounds 5"
    },
    description = {
      "Measure serving on this machine: the engine, the streamer behind a broker, its",
      "latency and its growth, each beside a peer in the same run (10 minutes).",
      "'whisker bench training' measures training."
    },
    sortOptions = false)
final class BenchCommand implements Callable<Integer>, Checked {
  @Spec private CommandSpec command;
  @ParentCommand private SandboxCommands parent;
  @Mixin private CommonOptions common;

  @Option(
      names = "--only",
      paramLabel = "PART",
      split = ",",
      description =
          "engine, pipeline, latency or growth; may be repeated, or have commas (default: all).")
  private Set<BenchSettings.Part> only = Set.of(BenchSettings.Part.values());

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often the pipeline's contenders are measured (default: ${DEFAULT-VALUE}).")
  private int rounds = 2;

  @Option(
      names = "--warm-up-seconds",
      paramLabel = "N",
      description = {
        "How long each of them runs before it is measured, as the JVM compiles at first; growth:",
        "a fifth of it (default: ${DEFAULT-VALUE})."
      })
  private long warmUpSeconds = 20;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = {
        "How long it is measured then, at most; growth and each rate of latency: half of it",
        "(default: ${DEFAULT-VALUE})."
      })
  private long seconds = 6;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "How many devices publish (default: ${DEFAULT-VALUE}).")
  private int devices = 100;

  @Option(
      names = "--full",
      description = {
        "Growth in wide ranges, and the streamer with a window a call, too, which takes half an",
        "hour."
      })
  private boolean full;

  @Option(
      names = "--quick",
      description = "As little as possible, to see that it runs: the figures mean nothing.")
  private boolean quick;

  @Option(
      names = "--streamer-flags",
      paramLabel = "FLAGS",
      split = " ",
      description = "More flags of 'whisker stream', such as \"--max-batch 32\".")
  private List<String> streamerFlags = List.of();

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Draw growth as SVG files in this folder, which is made (default: nowhere).")
  private Path plots;

  @Option(names = "--json", description = "Report as one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    parent.stop().listen();
    if (plots != null) {
      BenchPlots.require(plots);
    }
    BenchReport report =
        new Bench(
                settings(),
                SandboxCommands.class,
                command.commandLine().getErr(),
                Clock.systemUTC(),
                parent.stop())
            .run();
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(Json.of(report));
    } else {
      BenchTable.write(report, out);
    }
    out.flush();
    if (plots != null) {
      BenchPlots.write(report.growth(), plots)
          .forEach(file -> command.commandLine().getErr().println("plotted " + file));
    }
    return report.failures().isEmpty() ? 0 : 1;
  }

  @Override
  public void check() {
    var unused = settings();
  }

  private BenchSettings settings() {
    return new BenchSettings(
        only,
        rounds,
        quick ? Duration.ZERO : Duration.ofSeconds(warmUpSeconds),
        Duration.ofSeconds(seconds),
        devices,
        full,
        quick,
        streamerFlags);
  }
}
