package dev.whisker.sandbox.command;

import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.classifier.cli.StopSignal;
import dev.whisker.sandbox.broker.EmbeddedBroker;
import dev.whisker.sandbox.broker.Folder;
import dev.whisker.schemas.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code whisker broker}: a Kafka broker until Ctrl-C. */
@Command(
    name = "broker",
    description = "Run a Kafka broker on this machine until stopped.",
    footer = {"", "Example:", "  whisker broker --port 9092 --dir broker"},
    sortOptions = false)
final class BrokerCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @ParentCommand private SandboxCommands parent;
  @Mixin private CommonOptions common;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Where clients find it; 0: any free port (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where it keeps its topics, for the next start too (default: nowhere).")
  private Path directory;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    StopSignal stop = parent.stop();
    stop.listen();
    try (Folder folder = Folder.of(directory);
        EmbeddedBroker broker = EmbeddedBroker.start(folder.path(), port)) {
      String bootstrap = broker.bootstrap();
      err.println("Kafka listens at " + bootstrap + "; Ctrl-C stops it. For example:");
      err.println(
          "  kcat -b "
              + bootstrap
              + " -C -t "
              + Topics.PREDICTIONS
              + " -X isolation.level=read_committed");
      err.flush();
      stop.await();
      err.println("Stopping the broker");
      err.flush();
    }
    return 0;
  }
}
