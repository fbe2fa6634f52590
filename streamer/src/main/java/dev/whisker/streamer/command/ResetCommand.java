package dev.whisker.streamer.command;

import dev.whisker.classifier.cli.Checked;
import dev.whisker.classifier.cli.CommandFailure;
import dev.whisker.classifier.cli.CommonOptions;
import dev.whisker.streamer.config.KafkaOptions;
import dev.whisker.streamer.topology.ApplicationReset;
import dev.whisker.streamer.topology.Rights;
import dev.whisker.streamer.topology.StartPoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code whisker reset}: forget what {@code whisker stream} has kept. */
@Command(
    name = "reset",
    description = {
      "Forget the application's state: changelog topics, local state on this machine and where it",
      "has read to. It then reads again from the oldest record, or from where a flag says.",
      "No instance may run. Predictions that are published stay, and may be published again."
    },
    footer = {
      "",
      "Example:",
      "  whisker reset --application-id whisker --bootstrap localhost:9092"
    },
    sortOptions = false)
final class ResetCommand implements Callable<Integer>, Checked {
  @Spec private CommandSpec command;
  @Mixin private CommonOptions common;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--application-id",
      paramLabel = "ID",
      defaultValue = "whisker",
      description = "The application to forget (default: ${DEFAULT-VALUE}).")
  private String applicationId;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "${sys:user.home}/.whisker/state",
      description = "Where local state is kept (default: ${DEFAULT-VALUE}).")
  private Path stateDir;

  @Option(names = "--to-earliest", description = "Read again from the oldest record; the default.")
  private boolean toEarliest;

  @Option(names = "--to-latest", description = "Go on with the next record that comes.")
  private boolean toLatest;

  @Option(
      names = "--to-datetime",
      paramLabel = "TIME",
      description = "Read again from a record's time on, such as 2026-01-31T12:00:00Z.")
  private Instant toDatetime;

  @Option(names = "--dry-run", description = "Only show what would be forgotten.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  @Override
  public void check() {
    List<String> problems = new ArrayList<>();
    if ((toEarliest ? 1 : 0) + (toLatest ? 1 : 0) + (toDatetime != null ? 1 : 0) > 1) {
      problems.add("Only one of --to-earliest, --to-latest and --to-datetime can be meant");
    }
    if (yes == dryRun) {
      problems.add(
          yes
              ? "--yes and --dry-run exclude each other"
              : "State would be lost: add --yes, or --dry-run to see what");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }

  @Override
  public Integer call() {
    ApplicationReset reset =
        new ApplicationReset(applicationId, kafka.topics().readings(), start(), stateDir);
    Map<String, Object> properties = new TreeMap<>(kafka.settings());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    try (Admin admin = Admin.create(properties)) {
      ApplicationReset.Plan plan = reset.plan(admin);
      tell(reset, plan);
      if (!dryRun) {
        reset.apply(admin, plan);
        command.commandLine().getErr().println("Done");
      }
      return 0;
    } catch (KafkaException e) {
      throw new CommandFailure(
          "Kafka's client cannot be made: " + Rights.causes(e) + ". Check the kafka.* settings", e);
    }
  }

  private StartPoint start() {
    if (toDatetime != null) {
      return StartPoint.at(toDatetime);
    }
    return toLatest ? StartPoint.LATEST : StartPoint.EARLIEST;
  }

  private void tell(ApplicationReset reset, ApplicationReset.Plan plan) {
    PrintWriter err = command.commandLine().getErr();
    err.println(
        (dryRun ? "Would forget" : "Forgetting")
            + " the application "
            + applicationId
            + " on the cluster "
            + plan.cluster()
            + ":");
    err.println(
        "  topics: " + (plan.topics().isEmpty() ? "none" : String.join(", ", plan.topics())));
    err.println(
        "  local state: "
            + (plan.localState() == null ? "none here" : plan.localState().toString()));
    err.println("  consumer group: " + (plan.group() ? "its offsets" : "none"));
    err.println(
        "It will read "
            + reset.readings()
            + " ("
            + plan.partitions()
            + " partitions) from "
            + reset.start());
  }
}
